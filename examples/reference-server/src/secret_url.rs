//! URLs in settings that may contain a password, and messages that may repeat one.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A URL that may contain a password. Its `Debug` output reveals nothing of it.
#[derive(Clone)]
pub struct SecretUrl(String);

impl SecretUrl {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl FromStr for SecretUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretUrl(…)")
    }
}

/// Removes from `message` the quoted values that look like a URL, or like a path with a query.
pub(crate) fn without_urls(message: &str) -> String {
    let parts = message.split('\'').map(|part| {
        let is_url = part.contains("://") || part.contains(['@', '?']);
        if is_url { "[redacted]" } else { part }
    });
    parts.collect::<Vec<_>>().join("'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_repeats_what_is_no_url() {
        let invalid = |value: &str| without_urls(&format!("invalid value '{value}' for '--a <A>'"));
        assert_eq!(invalid("many"), "invalid value 'many' for '--a <A>'");
        let redacted = "invalid value '[redacted]' for '--a <A>'";
        for value in ["postgres://u:hunter2@h/d", "u:hunter2@h", "/d.db?key=hunter2"] {
            assert_eq!(invalid(value), redacted);
        }
        assert!(!invalid("postgres://u:hun'ter2@h").contains("ter2"));
    }
}
