use std::fmt;

/// The error for a text that is neither a network, such as `10.0.0.0/8`, nor an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkError(pub(super) String);

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a network is an address, or its first one and a prefix, such as 10.0.0.0/8: {:?}",
            self.0
        )
    }
}

impl std::error::Error for NetworkError {}
