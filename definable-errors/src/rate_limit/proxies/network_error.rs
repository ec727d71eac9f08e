use std::fmt;

/// The text is no network, such as `10.0.0.0/8`, and no address.
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
