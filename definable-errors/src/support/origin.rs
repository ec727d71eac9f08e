//! Web origins (RFC 6454), as browsers send them in `Origin`.

use std::error::Error;
use std::fmt;

use http::uri::Authority;
use http::{HeaderValue, Uri};

/// A web origin in the form in which browsers send it: `scheme://host`, and a port unless it is the
/// default of the scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    text: String,
    #[cfg(feature = "cors")]
    uri: Uri,
}

impl Origin {
    /// Parses an origin.
    ///
    /// # Errors
    ///
    /// Returns an error for a text that no browser sends, and for `null`, which any page can send.
    pub(crate) fn parse(text: &str) -> Result<Self, OriginError> {
        let text = text.to_owned();
        match split(&text) {
            #[cfg(feature = "cors")]
            Ok(uri) => Ok(Self { text, uri }),
            #[cfg(not(feature = "cors"))]
            Ok(_) => Ok(Self { text }),
            Err(mistake) => Err(OriginError { origin: text, mistake }),
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
        *header == *self.text
    }

    /// Returns the scheme and the host, an IPv6 address in brackets.
    #[cfg(feature = "cors")]
    pub(crate) fn scheme_and_host(&self) -> (&str, &str) {
        (self.uri.scheme_str().unwrap_or_default(), self.uri.host().unwrap_or_default())
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
    Form,
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
            Self::Form => "it is a scheme, `://` and a host, in ASCII and without spaces",
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

/// Splits an origin, or returns its first mistake.
fn split(origin: &str) -> Result<Uri, Mistake> {
    match origin {
        _ if origin.contains('*') => return Err(Mistake::Wildcard),
        "null" => return Err(Mistake::Null),
        _ => {}
    }
    let uri: Uri = origin.parse().map_err(|_| Mistake::Form)?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(Mistake::Form);
    };
    // `Uri` also parses an empty scheme, and one that starts with a digit (RFC 3986 §3.1).
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    let checks = [
        (!is_scheme, Mistake::Form),
        (origin.len() > scheme.len() + "://".len() + authority.as_str().len(), Mistake::Path),
        (authority.as_str().contains('@'), Mistake::UserInfo),
        (!is_host(authority.host()), Mistake::Host),
        (!is_port(authority), Mistake::Port),
        (is_default_port(scheme, authority), Mistake::DefaultPort),
        (origin.bytes().any(|byte| byte.is_ascii_uppercase()), Mistake::Case),
    ];
    let mistake = checks.into_iter().find(|(is_mistaken, _)| *is_mistaken);
    mistake.map_or(Ok(uri), |(_, mistake)| Err(mistake))
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    host.split('.').all(|label| !label.is_empty() && label.bytes().all(is_part))
}

/// Returns whether there is no port, or one in its usual spelling.
fn is_port(authority: &Authority) -> bool {
    match authority.port() {
        Some(port) => port.as_u16() > 0 && port.as_str() == port.as_u16().to_string(),
        // What follows the host is no number.
        None => authority.as_str().len() == authority.host().len(),
    }
}

fn is_default_port(scheme: &str, authority: &Authority) -> bool {
    matches!((scheme, authority.port_u16()), ("https", Some(443)) | ("http", Some(80)))
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
            assert_eq!(Origin::parse(origin).unwrap().text, origin);
        }
    }

    #[test]
    fn invalid_origin_has_a_remedy() {
        for (origin, mistake) in [
            ("*", Mistake::Wildcard),
            ("null", Mistake::Null),
            ("", Mistake::Form),
            ("app.example.com", Mistake::Form),
            ("://app.example.com", Mistake::Form),
            ("9p://app.example.com", Mistake::Form),
            (" https://app.example.com", Mistake::Form),
            ("https://app.example.com/", Mistake::Path),
            ("https://app.example.com/login", Mistake::Path),
            ("https://app.example.com?x=1", Mistake::Path),
            ("https://app.example.com#top", Mistake::Path),
            ("https://user:secret@app.example.com", Mistake::UserInfo),
            ("https://", Mistake::Form),
            ("https://*.example.com", Mistake::Wildcard),
            ("https://app..example.com", Mistake::Host),
            ("https://bücher.example", Mistake::Form),
            ("https://app.example.com ", Mistake::Form),
            ("https://[::g]", Mistake::Host),
            ("https://app.example.com:", Mistake::Port),
            ("https://app.example.com:99999", Mistake::Port),
            ("https://app.example.com:+80", Mistake::Port),
            ("https://app.example.com:0", Mistake::Port),
            ("https://app.example.com:0443", Mistake::Port),
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
