//! Tokens in the query of a WebSocket handshake, which are removed from its URL.

use std::borrow::Cow;
use std::task::{Context, Poll};

use axum::extract::OriginalUri;
use http::uri::PathAndQuery;
use http::{Extensions, HeaderMap, Method, Request, Uri, header};
use percent_encoding::percent_decode_str;
use tower_layer::Layer;
use tower_service::Service;

use super::{Bearer, BearerTokenError};
use crate::problem::{ProblemTypes, Types};

/// The value that replaces a token in a URL.
const REDACTED: &str = "redacted";

/// A token that was removed from the query of a handshake.
#[derive(Clone)]
pub(super) struct QueryToken(pub(super) Result<Bearer, BearerTokenError>);

/// A layer that removes `?token=…` from the URLs of WebSocket handshakes, for
/// [`SocketAuthenticated`](super::SocketAuthenticated).
///
/// Use it only for clients that can send a token in no other way: URLs are written into logs (RFC
/// 6750 §5.3). Everything inside this layer sees `token=redacted`, so put it outside everything
/// that logs URLs. A request that is not a handshake is redacted too, and its token is ignored.
///
/// ```
/// use axum::Router;
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::auth::QueryTokenLayer;
///
/// let app: Router = Router::new()
///     // .route("/ws", get(events)), then what logs requests
///     .layer(ApiErrorLayer::new())
///     .layer(QueryTokenLayer::new("token"));
/// # let _ = app;
/// ```
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct QueryTokenLayer {
    parameter: Cow<'static, str>,
}

impl QueryTokenLayer {
    /// Creates a layer that reads tokens from the query parameter `parameter`.
    pub fn new(parameter: impl Into<Cow<'static, str>>) -> Self {
        Self { parameter: parameter.into() }
    }
}

impl<S> Layer<S> for QueryTokenLayer {
    type Service = QueryTokenService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        QueryTokenService { inner, parameter: self.parameter.clone() }
    }
}

/// A malformed token is rejected by the extractor that needs it.
impl ProblemTypes for QueryTokenLayer {
    const TYPES: Types = Types::EMPTY;
}

/// The service of [`QueryTokenLayer`].
#[derive(Debug, Clone)]
pub struct QueryTokenService<S> {
    inner: S,
    parameter: Cow<'static, str>,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for QueryTokenService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if let Some(found) = taken(request.uri(), &self.parameter) {
            let is_handshake = is_handshake(request.method(), request.headers());
            redact_original(request.extensions_mut(), &self.parameter);
            *request.uri_mut() = found.redacted;
            if is_handshake {
                request.extensions_mut().insert(QueryToken(found.token));
            }
        }
        self.inner.call(request)
    }
}

struct Taken {
    redacted: Uri,
    token: Result<Bearer, BearerTokenError>,
}

/// Returns the token of a URL and the URL without it, or `None` if the parameter is absent.
fn taken(uri: &Uri, parameter: &str) -> Option<Taken> {
    let mut tokens = Vec::new();
    let query: Vec<_> = uri
        .query()?
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if decoded(name).is_some_and(|name| name == parameter) {
                tokens.push(value);
                Cow::Owned(format!("{name}={REDACTED}"))
            } else {
                Cow::Borrowed(pair)
            }
        })
        .collect();
    let token = match tokens[..] {
        [] => return None,
        [one] => decoded(one).ok_or(BearerTokenError).and_then(|one| Bearer::new(&one)),
        _ => Err(BearerTokenError),
    };
    Some(Taken { redacted: with_query(uri, &query.join("&")), token })
}

fn with_query(uri: &Uri, query: &str) -> Uri {
    let mut parts = uri.clone().into_parts();
    let path = uri.path();
    let changed = PathAndQuery::try_from(format!("{path}?{query}"));
    // A valid URL stays valid; if not, it is better to drop the query than to leave the token in
    // it.
    parts.path_and_query = Some(changed.unwrap_or_else(|_| PathAndQuery::from_static("/")));
    Uri::from_parts(parts).unwrap_or_default()
}

/// Redacts the original URL, which axum stores as well.
fn redact_original(extensions: &mut Extensions, parameter: &str) {
    if let Some(OriginalUri(original)) = extensions.get_mut() {
        if let Some(found) = taken(original, parameter) {
            *original = found.redacted;
        }
    }
}

/// Returns whether this is a WebSocket handshake of HTTP/1.1, or of HTTP/2 (RFC 8441).
fn is_handshake(method: &Method, headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    let is_socket = upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"));
    *method == Method::CONNECT || (*method == Method::GET && is_socket)
}

/// Percent-decodes a text; returns `None` if it is not UTF-8.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(uri: &str) -> Option<(String, Option<String>)> {
        let found = taken(&uri.parse().unwrap(), "token")?;
        let token = found.token.ok().map(|token| token.as_str().to_owned());
        Some((found.redacted.to_string(), token))
    }

    #[test]
    fn a_token_is_taken_out_and_the_rest_stays() {
        let found = |uri, token: &str| Some((String::from(uri), Some(token.to_owned())));
        assert_eq!(take("/ws?token=a.b-c&org=7"), found("/ws?token=redacted&org=7", "a.b-c"));
        assert_eq!(take("/ws?org=7&token=a%2Bb%3D"), found("/ws?org=7&token=redacted", "a+b="));
        assert_eq!(take("/ws?%74oken=abc"), found("/ws?%74oken=redacted", "abc"));
        assert_eq!(
            take("http://a.example/ws?token=abc"),
            found("http://a.example/ws?token=redacted", "abc")
        );
        for uri in ["/ws", "/ws?", "/ws?tokens=a", "/ws?a=token", "/token=a"] {
            assert_eq!(take(uri), None, "{uri}");
        }
    }

    #[test]
    fn what_is_no_single_token_is_malformed_and_taken_out_too() {
        for query in [
            "token=",
            "token",
            "token=a%20b",
            "token=%",
            "token=%zz",
            "token=a&token=b",
            "token=%ff",
        ] {
            let (redacted, token) = take(&format!("/ws?{query}")).unwrap();
            assert_eq!(token, None, "{query}");
            assert_eq!(redacted.replace("token=redacted", "").trim_matches('&'), "/ws?");
        }
    }
}
