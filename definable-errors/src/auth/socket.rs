//! Callers of sockets, which cannot set a header in a browser: where their token may be, and which
//! pages may open a socket.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Uri, header};

use super::query_token::QueryToken;
use super::source::{Sent, Single, TokenOrigin, hide, single};
use super::{
    Authenticated, Bearer, BearerTokenError, Credentials, Principal, Verify, authenticated,
};
use crate::context::OriginError;
use crate::error::ApiError;
use crate::guard::{RouteGuard, Security, SecurityScheme};
use crate::problem::{FORBIDDEN, Problem, ProblemTypes, Types};
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

    fn admits(&self, parts: &Parts) -> bool {
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

/// The subprotocol that precedes a token in `Sec-WebSocket-Protocol`. Answer with it:
/// `upgrade.protocols([SOCKET_PROTOCOL])`.
pub const SOCKET_PROTOCOL: &str = "bearer";

/// An extractor for callers that open a WebSocket with a valid token. A rejected handshake is a
/// problem like any other.
///
/// Browsers cannot send `Authorization` with a handshake, so a token may come in one of three ways:
///
/// * the `Authorization` header, or the verifier's [`Credentials`], as everywhere;
/// * `Sec-WebSocket-Protocol: bearer, <token>`: in a page `new WebSocket(url, ["bearer", token])`;
/// * the query, if a [`QueryTokenLayer`](super::QueryTokenLayer) is around the routes.
///
/// A token in two ways at once is 400 `invalid_authorization`, except for a cookie: browsers send it
/// with every handshake, so a token that the page itself sends takes precedence. A page of an origin that the state's
/// [`SocketPolicy`] does not list is 403 `forbidden`. An [`Authenticated`] in the same request
/// returns the same principal.
///
/// ```
/// # mod handler {
/// use axum::response::IntoResponse;
/// use definable_errors::auth::{Principal, SocketAuthenticated};
/// # pub struct WebSocketUpgrade;
/// # impl WebSocketUpgrade {
/// #     fn protocols<const N: usize>(self, _: [&str; N]) -> Self { self }
/// #     fn on_upgrade(self) -> String { String::new() }
/// # }
/// use definable_errors::auth::SOCKET_PROTOCOL;
///
/// pub async fn events<P: Principal>(
///     user: SocketAuthenticated<P>,
///     upgrade: WebSocketUpgrade,
/// ) -> impl IntoResponse {
///     upgrade.protocols([SOCKET_PROTOCOL]).on_upgrade(/* … */)
/// }
/// # }
/// ```
pub struct SocketAuthenticated<P>(pub Arc<P>);

impl<P, S> FromRequestParts<S> for SocketAuthenticated<P>
where
    P: Principal,
    S: Sync,
    Arc<dyn Verify<P>>: FromRef<S>,
    SocketPolicy: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if !SocketPolicy::from_ref(state).admits(parts) {
            return Err(ApiError::unlocated(Problem::new(&FORBIDDEN))
                .with_detail("Pages of this origin may not open a socket here.")
                .with_note("the origin is not listed"));
        }
        let verifier = authenticated::verifier(&parts.extensions, Arc::from_ref(state))?;
        if let Some(principal) = authenticated::known(&parts.extensions, &verifier) {
            return Ok(Self(principal));
        }
        match token(parts, verifier.credentials())? {
            Some((token, origin)) => {
                Ok(Self(authenticated::verify(parts, verifier, &token, origin).await?))
            }
            None => Err(verifier.credentials().missing()),
        }
    }
}

/// Returns the only token of the request, in whichever way it was sent.
fn token(
    parts: &mut Parts,
    credentials: &Credentials,
) -> Result<Option<(Bearer, TokenOrigin)>, ApiError> {
    hide(&mut parts.headers, header::SEC_WEBSOCKET_PROTOCOL);
    let mut ways: Vec<_> = protocol_token(parts)
        .map_err(|_| credentials.invalid("the token among the subprotocols is malformed"))?
        .into_iter()
        .collect();
    if let Some(QueryToken(token)) = parts.extensions.get() {
        let malformed = |_| credentials.invalid("the token in the query is malformed");
        ways.push(token.clone().map_err(malformed)?);
    }
    let mut ways: Vec<_> = ways.into_iter().map(|token| (token, TokenOrigin::Bearer)).collect();
    match credentials.read(parts)? {
        Sent::Token(_, TokenOrigin::Cookie(_)) if !ways.is_empty() => {}
        Sent::Token(token, origin) => ways.push((token, origin)),
        Sent::Nothing | Sent::Other => {}
    }
    match ways.len() {
        0 | 1 => Ok(ways.pop()),
        _ => Err(credentials.invalid("a token in two ways at once")),
    }
}

/// Returns the entry that follows `bearer`.
fn protocol_token(parts: &Parts) -> Result<Option<Bearer>, BearerTokenError> {
    let mut entries = Vec::new();
    for field in parts.headers.get_all(header::SEC_WEBSOCKET_PROTOCOL) {
        let field = field.to_str().map_err(|_| BearerTokenError)?;
        entries.extend(field.split(',').map(str::trim));
    }
    let Some(at) = entries.iter().position(|entry| *entry == SOCKET_PROTOCOL) else {
        return Ok(None);
    };
    let (token, rest) = entries[at + 1..].split_first().ok_or(BearerTokenError)?;
    if rest.contains(&SOCKET_PROTOCOL) {
        return Err(BearerTokenError);
    }
    Bearer::new(token).map(Some)
}

impl<P> RouteGuard for SocketAuthenticated<P> {
    fn policy() -> String {
        "authenticated socket".to_owned()
    }

    /// The token may be in either header. One in the query is left out: it is accepted only behind
    /// a [`QueryTokenLayer`](super::QueryTokenLayer).
    fn security() -> Security {
        let protocol = SecurityScheme::header(header::SEC_WEBSOCKET_PROTOCOL.as_str().to_owned());
        Security::new(SecurityScheme::bearer()).or(Security::new(protocol))
    }
}

impl<P> ProblemTypes for SocketAuthenticated<P> {
    const TYPES: Types = Types { own: &[&FORBIDDEN], others: &[Authenticated::<P>::TYPES] };
}

impl<P> Deref for SocketAuthenticated<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

/// `Clone` is implemented by hand, because `P` need not be `Clone`.
impl<P> Clone for SocketAuthenticated<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: fmt::Debug> fmt::Debug for SocketAuthenticated<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SocketAuthenticated").field(&self.0).finish()
    }
}
