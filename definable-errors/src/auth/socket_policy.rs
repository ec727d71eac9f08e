//! The origins whose pages may open a socket.

use std::sync::Arc;

use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Uri, header};

use super::secret_header::{Single, single};
use crate::context::OriginError;
use crate::support::Origin;

/// A list of origins whose pages may open a socket: a browser sends their `Origin` with every
/// handshake (ASVS 4.4.2).
///
/// Pages of the service's own host are always allowed; clients that are not browsers send no
/// `Origin` and need only their token.
///
/// ```
/// use definable_errors::auth::SocketPolicy;
///
/// let policy = SocketPolicy::origins(["https://app.example.com", "http://localhost:5173"])?;
/// assert!(SocketPolicy::origins(["*"]).is_err());
/// # let _ = policy;
/// # Ok::<(), definable_errors::context::OriginError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct SocketPolicy(Arc<[Origin]>);

impl SocketPolicy {
    /// Allows only pages of the service's own host.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also allows pages of these origins, each `scheme://host[:port]` as browsers send it.
    ///
    /// # Errors
    ///
    /// Returns an error if an item is not an origin, or is `null` or `*`: any page can send the
    /// first, and the second allows all pages.
    pub fn origins<T>(origins: impl IntoIterator<Item = T>) -> Result<Self, OriginError>
    where
        T: AsRef<str>,
    {
        Ok(Self(Origin::parse_all(origins)?.into()))
    }

    pub(super) fn admits(&self, parts: &Parts) -> bool {
        let origin = match single(&parts.headers, &header::ORIGIN) {
            Single::None => return true,
            Single::Several => return false,
            Single::One(origin) => origin,
        };
        self.0.iter().any(|allowed| allowed.is_sent(origin)) || is_own(origin, parts)
    }
}

/// Returns whether the origin is the host that the request was sent to, whatever the scheme: a
/// proxy may have terminated TLS.
fn is_own(origin: &HeaderValue, parts: &Parts) -> bool {
    let host = match single(&parts.headers, &header::HOST) {
        Single::One(host) => Authority::try_from(host.as_bytes()).ok(),
        Single::None => parts.uri.authority().cloned(),
        Single::Several => None,
    };
    let origin = Uri::try_from(origin.as_bytes()).ok();
    host.is_some_and(|host| origin.is_some_and(|it| it.scheme().and(it.authority()) == Some(&host)))
}
