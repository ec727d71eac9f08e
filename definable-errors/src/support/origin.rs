//! Web origins (RFC 6454), as browsers send them in `Origin`.

use std::error::Error;
use std::fmt;

use http::HeaderValue;

/// A web origin in the form in which browsers send it: `scheme://host`, and a port unless it is the
/// default of the scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// Parses an origin.
    ///
    /// # Errors
    ///
    /// Returns an error for a text that no browser sends, and for `null`, which any page can send.
    pub(crate) fn parse(text: &str) -> Result<Self, OriginError> {
        match mistake(text) {
            None => Ok(Self(text.to_owned())),
            Some(mistake) => Err(OriginError { origin: text.to_owned(), mistake }),
        }
    }

    /// Parses a list of origins, and returns the error of the first that is not valid.
    pub(crate) fn parse_all<T: AsRef<str>>(
        origins: impl IntoIterator<Item = T>,
    ) -> Result<Vec<Self>, OriginError> {
        origins.into_iter().map(|origin| Self::parse(origin.as_ref())).collect()
    }

    /// Returns whether a page of this origin sent the header `Origin`. Browsers send it in lower
    /// case, so the comparison is exact.
    pub(crate) fn is_sent(&self, header: &HeaderValue) -> bool {
        *header == *self.0
    }

    /// Returns the scheme and the host, an IPv6 address in brackets.
    #[cfg(feature = "cors")]
    pub(crate) fn scheme_and_host(&self) -> (&str, &str) {
        let (scheme, authority) = self.0.split_once("://").unwrap_or_default();
        (scheme, host_and_port(authority).0)
    }
}

/// The error for a text that is not a web origin, with the reason. Every setting that lists origins
/// returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginError {
    origin: String,
    mistake: Mistake,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    Wildcard,
    Null,
    NoScheme,
    Path,
    UserInfo,
    Host,
    Port,
    DefaultPort,
    Case,
}

impl Mistake {
    const fn remedy(self) -> &'static str {
        match self {
            Self::Wildcard => "a list of origins has no wildcards; list each origin",
            Self::Null => "any page can send `null`, so a list cannot contain it",
            Self::NoScheme => "it starts with a scheme, such as `https://`",
            Self::Path => "it ends before the first `/`, `?` or `#` of the address",
            Self::UserInfo => "it has no user name or password",
            Self::Host => {
                "its host is letters, digits, `-`, `_` and `.`, or an IPv6 address in `[]`"
            }
            Self::Port => "its port is a number from 1 to 65535",
            Self::DefaultPort => "browsers omit the default port of the scheme",
            Self::Case => "browsers send it in lower case",
        }
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, mistake } = self;
        write!(
            f,
            "expected an origin, `scheme://host[:port]`, not {origin:?}: {}",
            mistake.remedy()
        )
    }
}

impl Error for OriginError {}

/// Returns the first mistake of an origin.
fn mistake(origin: &str) -> Option<Mistake> {
    match origin {
        _ if origin.contains('*') => return Some(Mistake::Wildcard),
        "null" => return Some(Mistake::Null),
        _ => {}
    }
    let Some((scheme, rest)) = origin.split_once("://").filter(|(scheme, _)| is_scheme(scheme))
    else {
        return Some(Mistake::NoScheme);
    };
    if rest.contains(['/', '?', '#', '\\']) {
        return Some(Mistake::Path);
    }
    if rest.contains('@') {
        return Some(Mistake::UserInfo);
    }
    let (host, port) = host_and_port(rest);
    if !is_host(host) {
        return Some(Mistake::Host);
    }
    mistake_of_port(scheme, port)
        .or_else(|| origin.bytes().any(|byte| byte.is_ascii_uppercase()).then_some(Mistake::Case))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        // In an address without a port, the last colon is part of the address.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    host.split('.').all(|label| !label.is_empty() && label.bytes().all(is_part))
}

fn mistake_of_port(scheme: &str, port: Option<&str>) -> Option<Mistake> {
    let port = port?;
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    match port.parse::<u16>() {
        Ok(443) if scheme == "https" => Some(Mistake::DefaultPort),
        Ok(80) if scheme == "http" => Some(Mistake::DefaultPort),
        Ok(_) if is_number => None,
        _ => Some(Mistake::Port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_is_a_scheme_a_host_and_an_optional_port() {
        for origin in [
            "https://app.example.com",
            "http://localhost:5173",
            "https://127.0.0.1:8443",
            "http://[::1]:3000",
            "https://[2001:db8::1]",
            "https://xn--bcher-kva.example",
            "capacitor://localhost",
            "chrome-extension://abcdefghijklmnop",
            "http://a.example:443",
        ] {
            assert_eq!(Origin::parse(origin).unwrap().0, origin);
        }
    }

    #[test]
    fn invalid_origin_has_a_remedy() {
        for (origin, mistake) in [
            ("*", Mistake::Wildcard),
            ("null", Mistake::Null),
            ("", Mistake::NoScheme),
            ("app.example.com", Mistake::NoScheme),
            ("://app.example.com", Mistake::NoScheme),
            (" https://app.example.com", Mistake::NoScheme),
            ("https://app.example.com/", Mistake::Path),
            ("https://app.example.com/login", Mistake::Path),
            ("https://app.example.com?x=1", Mistake::Path),
            ("https://user:secret@app.example.com", Mistake::UserInfo),
            ("https://", Mistake::Host),
            ("https://*.example.com", Mistake::Wildcard),
            ("https://app..example.com", Mistake::Host),
            ("https://bücher.example", Mistake::Host),
            ("https://app.example.com ", Mistake::Host),
            ("https://[::g]", Mistake::Host),
            ("https://app.example.com:", Mistake::Port),
            ("https://app.example.com:99999", Mistake::Port),
            ("https://app.example.com:+80", Mistake::Port),
            ("https://app.example.com:443", Mistake::DefaultPort),
            ("http://app.example.com:80", Mistake::DefaultPort),
            ("https://App.example.com", Mistake::Case),
        ] {
            assert_eq!(Origin::parse(origin).unwrap_err().mistake, mistake, "{origin}");
        }
        assert_eq!(
            Origin::parse("https://a.example/").unwrap_err().to_string(),
            "expected an origin, `scheme://host[:port]`, not \"https://a.example/\": it ends before \
             the first `/`, `?` or `#` of the address"
        );
    }
}
