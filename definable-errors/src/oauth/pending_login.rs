//! A login that has begun, in the cookie of the browser, and the path that the user returns to
//! after it.

use std::time::{Duration, SystemTime};

use axum_extra::extract::cookie::{Cookie, Key, PrivateCookieJar};
use http::header;
use http::header::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A prefix that browsers enforce: the cookie was set by this host, over TLS, for all paths.
const PREFIX: &str = "__Host-oauth-login-";

/// The maximum number of logins under way in one browser. The oldest are dropped, so that cookies
/// do not fill the head of every request.
const MAX_PENDING: usize = 8;

/// What the callback needs to know about a login.
#[derive(Debug)]
pub(super) struct PendingLogin {
    /// The `state` parameter of the callback.
    pub(super) state: String,
    /// The secret of PKCE (RFC 7636 §4.1).
    pub(super) verifier: String,
    /// Where the user returns to; checked.
    pub(super) return_to: Option<String>,
    expires_at: u64,
}

impl PendingLogin {
    /// Reads what [`Cookies::seal`] wrote.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let [state, verifier, expires_at] = [lines.next()?, lines.next()?, lines.next()?];
        let return_to = lines.next().filter(|path| is_return_path(path));
        Some(Self {
            state: state.to_owned(),
            verifier: verifier.to_owned(),
            return_to: return_to.map(str::to_owned),
            expires_at: expires_at.parse().ok()?,
        })
    }

    fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at <= unix(now)
    }
}

/// The reason why a callback has no login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoLogin {
    /// The browser sent no cookie for this state: another browser started the login, or it is over.
    NoCookie,
    /// The cookie was not sealed with this key.
    Foreign,
    /// The login took too long.
    Expired,
}

/// The cookies of logins.
#[derive(Clone)]
pub(super) struct Cookies {
    key: Key,
    lifetime: Duration,
}

impl Cookies {
    pub(super) const fn new(key: Key, lifetime: Duration) -> Self {
        Self { key, lifetime }
    }

    /// Returns the cookie of a new login.
    pub(super) fn seal(
        &self,
        state: &str,
        verifier: &str,
        return_to: Option<&str>,
        now: SystemTime,
    ) -> Option<HeaderValue> {
        let expires_at = unix(now).saturating_add(self.lifetime.as_secs());
        let mut text = format!("{state}\n{verifier}\n{expires_at}");
        if let Some(path) = return_to {
            text.push('\n');
            text.push_str(path);
        }
        let attributes = attributes(&name(state), "", self.lifetime);
        let mut cookie = Cookie::parse(attributes).ok()?;
        cookie.set_value(text);
        sealed(PrivateCookieJar::new(self.key.clone()).add(cookie))
    }

    /// Returns the login with this state. The state is compared in constant time, and before that
    /// nothing but the state was read of the callback.
    pub(super) fn open(
        &self,
        headers: &HeaderMap,
        state: &str,
        now: SystemTime,
    ) -> Result<PendingLogin, NoLogin> {
        let name = name(state);
        if !has_cookie(headers, &name) {
            return Err(NoLogin::NoCookie);
        }
        let jar = PrivateCookieJar::from_headers(headers, self.key.clone());
        let cookie = jar.get(&name).ok_or(NoLogin::Foreign)?;
        let login = PendingLogin::parse(cookie.value()).ok_or(NoLogin::Foreign)?;
        if !bool::from(login.state.as_bytes().ct_eq(state.as_bytes())) {
            return Err(NoLogin::Foreign);
        }
        if login.is_expired(now) { Err(NoLogin::Expired) } else { Ok(login) }
    }

    /// Returns the cookies that end the oldest logins of a browser, so that there is room for one
    /// more, and those that are over.
    pub(super) fn evict(&self, headers: &HeaderMap, now: SystemTime) -> Vec<HeaderValue> {
        if !headers.contains_key(header::COOKIE) {
            return Vec::new();
        }
        let jar = PrivateCookieJar::from_headers(headers, self.key.clone());
        let ours = jar.iter().filter(|cookie| cookie.name().starts_with(PREFIX));
        let mut logins: Vec<_> =
            ours.filter_map(|cookie| PendingLogin::parse(cookie.value())).collect();
        logins.sort_by_key(|login| std::cmp::Reverse(login.expires_at));
        let dropped = logins.iter().enumerate();
        let dropped = dropped.filter(|(at, one)| *at >= MAX_PENDING - 1 || one.is_expired(now));
        dropped.map(|(_, login)| clear(&login.state)).collect()
    }
}

/// Returns the cookie that removes the one of a login.
pub(super) fn clear(state: &str) -> HeaderValue {
    let text = attributes(&name(state), "", Duration::ZERO);
    HeaderValue::from_str(&text).expect("a name of hexadecimal digits makes a header value")
}

/// A `__Host-` cookie needs `Secure` and `Path=/`. `Lax` cookies come with the top-level navigation
/// by which the provider sends the user back; `Strict` ones do not.
fn attributes(name: &str, value: &str, max_age: Duration) -> String {
    let seconds = max_age.as_secs();
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax")
}

/// Returns the name of a login's cookie. It does not reveal the state, which scripts of other
/// services on this host could otherwise learn from the names of cookies.
fn name(state: &str) -> String {
    let digest = Sha256::digest(state.as_bytes());
    let id = digest.iter().take(8).fold(String::new(), |id, byte| format!("{id}{byte:02x}"));
    format!("{PREFIX}{id}")
}

fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    let fields = headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut pairs = fields.flat_map(|field| field.split(';'));
    pairs.any(|pair| pair.split('=').next().is_some_and(|found| found.trim() == name))
}

fn sealed(jar: PrivateCookieJar) -> Option<HeaderValue> {
    let response = axum::response::IntoResponse::into_response(jar);
    response.headers().get(header::SET_COOKIE).cloned()
}

fn unix(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The maximum length of a path, in bytes. It is stored in a cookie.
const MAX_LEN: usize = 1024;

/// Returns whether a browser that is sent to this text stays on the service.
///
/// Browsers treat `\` as `/`, and drop tabs and line ends (WHATWG URL §4.4), so that `/<TAB>/evil`
/// is `//evil`, another host.
pub(super) fn is_return_path(path: &str) -> bool {
    path.len() <= MAX_LEN
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(char::is_control)
        && HeaderValue::from_str(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "8xLOxBtZp8OkNk4GQ3gNX5aVZbVxQ0wMn8YlKwW2Z3E";

    fn cookies(byte: u8) -> Cookies {
        Cookies::new(Key::from(&[byte; 64]), Duration::from_secs(600))
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    /// Returns the headers that a browser sends after these cookies were set.
    fn headers(set: &[HeaderValue]) -> HeaderMap {
        let pairs = set.iter().map(|one| one.to_str().unwrap().split(';').next().unwrap());
        let all = pairs.collect::<Vec<_>>().join("; ");
        HeaderMap::from_iter([(header::COOKIE, all.parse().unwrap())])
    }

    #[test]
    fn login_is_found_by_its_state_alone() {
        let cookie = cookies(1).seal(STATE, "verifier", Some("/kbs"), now()).unwrap();
        let text = cookie.to_str().unwrap();
        let ending = "; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600";
        assert!(text.starts_with("__Host-oauth-login-") && text.ends_with(ending), "{text}");
        assert!(!text.contains("verifier") && !text.contains(STATE));

        let sent = headers(std::slice::from_ref(&cookie));
        let login = cookies(1).open(&sent, STATE, now()).unwrap();
        assert_eq!((&*login.verifier, login.return_to.as_deref()), ("verifier", Some("/kbs")));
        let other = STATE.replace('8', "9");
        assert_eq!(cookies(1).open(&sent, &other, now()).unwrap_err(), NoLogin::NoCookie);
        assert_eq!(cookies(2).open(&sent, STATE, now()).unwrap_err(), NoLogin::Foreign);
        let (last, over) = (Duration::from_secs(599), Duration::from_secs(600));
        assert!(cookies(1).open(&sent, STATE, now() + last).is_ok());
        assert_eq!(cookies(1).open(&sent, STATE, now() + over).unwrap_err(), NoLogin::Expired);
    }

    // The name is authenticated, so the value of one login's cookie is worthless in another's.
    #[test]
    fn sealed_value_under_another_name_is_foreign() {
        let cookie = cookies(1).seal(STATE, "verifier", None, now()).unwrap();
        let other = "another-state";
        let moved = cookie.to_str().unwrap().replace(&name(STATE), &name(other));
        let sent = headers(&[moved.parse().unwrap()]);
        assert_eq!(cookies(1).open(&sent, other, now()).unwrap_err(), NoLogin::Foreign);
    }

    #[test]
    fn oldest_logins_make_room() {
        let seal = |number: u64| {
            let started = now() + Duration::from_secs(number);
            cookies(1).seal(&format!("state-{number}"), "verifier", None, started).unwrap()
        };
        let all: Vec<_> = (0..10).map(seal).collect();
        let dropped = cookies(1).evict(&headers(&all), now());
        let expected: Vec<_> = [2, 1, 0].map(|number| clear(&format!("state-{number}"))).into();
        assert_eq!(dropped, expected);
        assert!(cookies(1).evict(&headers(&all[..7]), now()).is_empty());
        assert_eq!(
            cookies(1).evict(&headers(&all[..2]), now() + Duration::from_secs(601)).len(),
            2
        );
        assert!(cookies(2).evict(&headers(&all), now()).is_empty());
    }

    #[test]
    fn path_has_exactly_one_leading_slash_and_nothing_that_browsers_drop() {
        for path in
            ["/", "/kbs", "/kbs?page=2&q=a//b#top", "/a//b", "/@evil", "/.//evil", "/%5cevil"]
        {
            assert!(is_return_path(path), "{path}");
        }
        for path in [
            "",
            "kbs",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: a=b",
            "\t//evil.example",
            " /evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/kbs\u{0}",
            "/kbs\u{7f}",
            "/kbs\u{85}",
            &format!("/{}", "a".repeat(1024)),
        ] {
            assert!(!is_return_path(path), "{path:?}");
        }
    }
}
