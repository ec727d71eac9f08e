use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// The secret that access tokens are signed with. Its `Debug` output reveals nothing of it.
///
/// [`TokenKeys`](super::TokenKeys) checks whether the secret is strong enough. Parsing does not,
/// because clap repeats the value of a setting that it rejects in its message.
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
