//! The start-up token: opens development mode for clients that are not plain local ones.
//!
//! The token arrives as a query parameter, which browsers keep in their history and send as
//! `Referer`. So it is exchanged at once, by a redirect, for a cookie that scripts cannot read and
//! that other sites cannot send.

use std::fmt;
use std::sync::OnceLock;

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use subtle::ConstantTimeEq;

/// The name of the parameter, and the prefix of the cookie's name.
const NAME: &str = "definable_dev_token";

/// A token with 128 bits from the system's generator, in hexadecimal.
struct Token(String);

/// The token; the inner `None` means that the system has no random bytes.
static TOKEN: OnceLock<Option<Token>> = OnceLock::new();

impl Token {
    fn generate() -> Option<Self> {
        unguessable().map(Self)
    }

    /// Returns the token of this process, if development mode is switched on.
    fn current() -> Option<&'static Self> {
        TOKEN.get()?.as_ref()
    }

    /// Compares in constant time; the time reveals only the length of what was sent.
    fn matches(&self, sent: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(sent).into()
    }
}

/// Returns 128 bits from the system's generator in hexadecimal, or `None` if it has none.
pub(super) fn unguessable() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_be_bytes(bytes)))
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Creates the token of this process at the first call, and returns the query that opens
/// development mode.
pub(super) fn create() -> Option<String> {
    TOKEN.get_or_init(Token::generate);
    query()
}

fn query() -> Option<String> {
    Some(format!("?{NAME}={}", Token::current()?.0))
}

/// Returns the link that opens development mode for the browser that follows it, such as
/// `http://127.0.0.1:8000/?definable_dev_token=…`, or `None` if development mode is not switched
/// on.
///
/// Print it with the address when the service starts, and nowhere else: any client that has the
/// link sees what a local client sees, until the service stops. `origin` is the scheme, host and
/// port under which clients reach the service.
///
/// ```
/// use definable_errors::dev;
///
/// // Nothing has switched development mode on.
/// assert_eq!(dev::token_link("http://127.0.0.1:8000"), None);
/// ```
pub fn token_link(origin: &str) -> Option<String> {
    Some(format!("{}/{}", origin.trim_end_matches('/'), query()?))
}

/// Whether a cookie of the request holds the token.
pub(super) fn is_in_cookie(headers: &HeaderMap) -> bool {
    let Some(token) = Token::current() else {
        return false;
    };
    let fields = headers.get_all(header::COOKIE).iter();
    let mut pairs = fields.flat_map(|field| field.as_bytes().split(|byte| *byte == b';'));
    pairs.any(|pair| {
        let pair = pair.trim_ascii();
        let value = pair.strip_prefix(NAME.as_bytes()).and_then(|rest| {
            let at = rest.iter().position(|byte| *byte == b'=')?;
            Some(&rest[at + 1..])
        });
        value.is_some_and(|value| token.matches(value))
    })
}

/// Answers a `GET` that has the token in its query with the cookie and a redirect to the same page
/// without the token. A wrong token changes nothing.
pub(super) fn exchange(request: &Parts) -> Option<Response> {
    let query = request.uri.query()?;
    let sent = query.split('&').find_map(value)?;
    if request.method != Method::GET || !Token::current()?.matches(sent.as_bytes()) {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location(request.uri.path(), query)?);
    headers.insert(header::SET_COOKIE, cookie(&request.headers, sent)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    Some(response)
}

fn value(pair: &str) -> Option<&str> {
    pair.split_once('=').filter(|(name, _)| *name == NAME).map(|(_, value)| value)
}

/// Returns the last segment of the path, relative to itself (RFC 3986 §4.2): this is also right if
/// a proxy or a router removed a prefix, and never leads to another host.
fn location(path: &str, query: &str) -> Option<HeaderValue> {
    let segment = path.rsplit('/').next().unwrap_or_default();
    let others: Vec<_> = query.split('&').filter(|pair| value(pair).is_none()).collect();
    let location = match &*others.join("&") {
        "" => format!("./{segment}"),
        others => format!("./{segment}?{others}"),
    };
    HeaderValue::from_bytes(location.as_bytes()).ok()
}

/// Makes the cookie. Cookies do not distinguish ports, so the name does: each service on a machine
/// has its own.
fn cookie(headers: &HeaderMap, token: &str) -> Option<HeaderValue> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port = host.rsplit_once(':').map(|(_, port)| port);
    let is_number =
        |port: &&str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match port.filter(is_number) {
        Some(port) => format!("{NAME}_{port}"),
        None => NAME.to_owned(),
    };
    HeaderValue::try_from(format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict")).ok()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn token() -> String {
        create().unwrap().split_once('=').unwrap().1.to_owned()
    }

    fn parts(method: &str, uri: &str) -> Parts {
        let request = Request::builder().method(method).uri(uri).header("host", "localhost:8000");
        request.body(()).unwrap().into_parts().0
    }

    fn with_cookie(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(cookie).unwrap())])
    }

    #[test]
    fn token_has_128_bits_and_stays_the_same() {
        assert_eq!(token().len(), 32);
        assert!(token().bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(token(), token());
        assert_ne!(Token::generate().unwrap().0, Token::generate().unwrap().0);
        assert_eq!(format!("{:?}", Token(token())), "Token(…)");
    }

    #[test]
    fn token_is_traded_for_a_cookie_at_the_same_place() {
        let token = token();
        for (uri, location) in [
            (format!("/?{NAME}={token}"), "./"),
            (format!("/orders?{NAME}={token}"), "./orders"),
            (format!("/a/b/?x=1&{NAME}={token}&y=2"), "./?x=1&y=2"),
            (format!("//evil.example/x?{NAME}={token}"), "./x"),
            (format!("//evil.example?{NAME}={token}"), "./evil.example"),
            (format!("/a/b:c?{NAME}={token}&{NAME}=again"), "./b:c"),
        ] {
            let response = exchange(&parts("GET", &uri)).unwrap();
            assert_eq!(response.status(), StatusCode::SEE_OTHER);
            assert_eq!(response.headers()["location"], location, "{uri}");
            let cookie = format!("{NAME}_8000={token}; Path=/; HttpOnly; SameSite=Strict");
            assert_eq!(response.headers()["set-cookie"], cookie);
            assert_eq!(response.headers()["cache-control"], "no-store");
            assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        }
    }

    #[test]
    fn wrong_token_changes_nothing() {
        let token = token();
        let almost = format!("{}x", &token[..31]);
        for query in [
            String::new(),
            format!("?{NAME}"),
            format!("?{NAME}="),
            format!("?{NAME}={almost}"),
            format!("?{NAME}={token}0"),
            format!("?{NAME}={}", &token[..31]),
            format!("?{NAME}={almost}&{NAME}={token}"),
            format!("?x{NAME}={token}"),
            format!("?x={token}"),
        ] {
            assert!(exchange(&parts("GET", &format!("/{query}"))).is_none(), "{query}");
        }
        for method in ["POST", "HEAD", "PUT", "DELETE", "OPTIONS"] {
            assert!(exchange(&parts(method, &format!("/?{NAME}={token}"))).is_none(), "{method}");
        }
    }

    #[test]
    fn cookie_opens_only_with_the_whole_token() {
        let token = token();
        for cookie in [
            format!("{NAME}={token}"),
            format!("a=b; {NAME}_8000={token}"),
            format!("{NAME}_1=old;{NAME}_8000={token};c=d"),
        ] {
            assert!(is_in_cookie(&with_cookie(&cookie)), "{cookie}");
        }
        for cookie in [
            String::new(),
            NAME.to_owned(),
            format!("{NAME}="),
            format!("{NAME}={}", &token[1..]),
            format!("{NAME}={token}x"),
            format!("other={token}"),
            format!("a={NAME}={token}"),
        ] {
            assert!(!is_in_cookie(&with_cookie(&cookie)), "{cookie}");
        }
        assert!(!is_in_cookie(&HeaderMap::new()));
    }

    #[test]
    fn cookie_has_a_port_in_its_name_only_if_the_host_has_one() {
        for (host, name) in [
            ("localhost:8000", format!("{NAME}_8000")),
            ("localhost", NAME.to_owned()),
            ("localhost:", NAME.to_owned()),
            ("localhost:80a", NAME.to_owned()),
            ("[::1]", NAME.to_owned()),
            ("[::1]:8000", format!("{NAME}_8000")),
        ] {
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            let cookie = cookie(&headers, "t").unwrap();
            assert_eq!(cookie, format!("{name}=t; Path=/; HttpOnly; SameSite=Strict"), "{host}");
        }
    }

    #[test]
    fn link_has_the_token_and_one_slash() {
        let token = token();
        for origin in ["http://127.0.0.1:8000", "http://127.0.0.1:8000/"] {
            let link = format!("http://127.0.0.1:8000/?{NAME}={token}");
            assert_eq!(token_link(origin), Some(link), "{origin}");
        }
    }
}
