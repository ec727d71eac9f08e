use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// What access tokens are signed with. Its `Debug` shows nothing of it.
///
/// Whether it is strong enough says [`TokenKeys`](super::TokenKeys): a setting that is refused while
/// it is read is repeated in the message.
#[derive(Clone)]
pub struct JwtSecret(String);

impl JwtSecret {
    pub(super) const fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl FromStr for JwtSecret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for JwtSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JwtSecret(…)")
    }
}
