use std::fmt;
use std::sync::Arc;

use http::header;
use http::request::Parts;

use super::secret_header::{Single, single};

/// A list of origins whose pages may open a socket: a browser sends their `Origin` with every
/// handshake (ASVS 4.4.2).
///
/// Pages of the service's own host are always allowed; clients that are not browsers send no
/// `Origin` and need only their token.
///
/// ```
/// use definable_errors::auth::SocketPolicy;
///
/// let policy = SocketPolicy::new().origin("https://app.example.com")?;
/// assert!(SocketPolicy::new().origin("*").is_err());
/// # let _ = policy;
/// # Ok::<(), definable_errors::auth::OriginError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct SocketPolicy(Arc<Vec<String>>);

impl SocketPolicy {
    /// Allows pages of the service's own host.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds pages of another origin, such as `https://app.example.com` or `http://localhost:5173`.
    ///
    /// # Errors
    ///
    /// Returns an error if `origin` is not a scheme, host and port, or has a wildcard.
    pub fn origin(mut self, origin: &str) -> Result<Self, OriginError> {
        if !is_origin(origin) {
            return Err(OriginError);
        }
        Arc::make_mut(&mut self.0).push(origin.to_ascii_lowercase());
        Ok(self)
    }

    pub(super) fn admits(&self, parts: &Parts) -> bool {
        let origin = match single(&parts.headers, &header::ORIGIN) {
            Single::None => return true,
            Single::Several => return false,
            Single::One(origin) => origin.to_str().unwrap_or_default().to_ascii_lowercase(),
        };
        self.0.contains(&origin) || is_own(&origin, parts)
    }
}

/// Returns whether the origin is the host that the request was sent to, whatever the scheme: a
/// proxy may have terminated TLS.
fn is_own(origin: &str, parts: &Parts) -> bool {
    let host = match single(&parts.headers, &header::HOST) {
        Single::One(host) => host.to_str().ok(),
        Single::None => parts.uri.authority().map(http::uri::Authority::as_str),
        Single::Several => None,
    };
    let own = origin.split_once("://").map(|(_, host)| host);
    own.zip(host).is_some_and(|(own, host)| own.eq_ignore_ascii_case(host))
}

fn is_origin(origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else {
        return false;
    };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !host.is_empty()
        && host.bytes().all(is_host)
}

/// The error for a text that is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OriginError;

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an origin is a scheme, a host and perhaps a port, such as https://a.example")
    }
}

impl std::error::Error for OriginError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        for origin in ["https://a.example", "http://localhost:5173", "http://[::1]:80", "app://x"] {
            assert!(is_origin(origin), "{origin}");
        }
        for origin in [
            "*",
            "null",
            "",
            "https://",
            "a.example",
            "https://*.a.example",
            "https://a.example/",
            "https://a.example/x",
            "://a",
            "https://u@a.example",
            "https://a b",
        ] {
            assert!(!is_origin(origin), "{origin}");
        }
    }
}
