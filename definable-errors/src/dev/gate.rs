//! Who may see what development mode adds.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::ConnectInfo;
use http::header::{self, HeaderMap, HeaderName};
use http::request::Parts;

use super::log;

/// The request came from this machine and meant this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admitted;

/// They never open the gate, they only close it: what passed a proxy came from elsewhere.
const PROXIES: [HeaderName; 8] = [
    header::FORWARDED,
    header::VIA,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("true-client-ip"),
];

impl Admitted {
    pub(super) fn judge(request: &Parts) -> Option<Self> {
        let Some(ConnectInfo(peer)) = request.extensions.get::<ConnectInfo<SocketAddr>>() else {
            explain();
            return None;
        };
        let is_admitted = is_loopback(peer.ip())
            && is_host_trusted(request)
            && is_origin_local(&request.headers)
            && !PROXIES.iter().any(|name| request.headers.contains_key(name));
        is_admitted.then_some(Self)
    }
}

fn explain() {
    static EXPLAINED: Once = Once::new();
    EXPLAINED.call_once(|| {
        log::warn(
            "development members are withheld: nobody knows the peer's address; serve with \
             `into_make_service_with_connect_info::<SocketAddr>()`",
        );
    });
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// HTTP/2 has the authority in the URI, HTTP/1 in `Host`. Whatever is there must be trusted, and
/// something must be there.
fn is_host_trusted(request: &Parts) -> bool {
    let authority = request.uri.authority().map(http::uri::Authority::as_str);
    let mut hosts = host_fields(&request.headers).chain(authority.map(Some)).peekable();
    hosts.peek().is_some() && hosts.all(|host| host.is_some_and(is_local))
}

fn host_fields(headers: &HeaderMap) -> impl Iterator<Item = Option<&str>> {
    headers.get_all(header::HOST).iter().map(|value| value.to_str().ok())
}

/// A page from elsewhere may ask this machine too, and reads the answer where CORS is wide open.
fn is_origin_local(headers: &HeaderMap) -> bool {
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        host.is_some_and(is_local)
    })
}

/// `localhost`, `127.0.0.1`, `[::1]` or `*.localhost`, with any port.
fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    match name.strip_suffix(".localhost") {
        Some(labels) => labels.split('.').all(is_label),
        None => matches!(&*name, "localhost" | "127.0.0.1" | "[::1]"),
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn judge(peer: Option<&str>, uri: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        if let Some(peer) = peer {
            parts.extensions.insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        }
        Admitted::judge(&parts).is_some()
    }

    const HERE: Option<&str> = Some("127.0.0.1:50000");
    const LOCAL: &[(&str, &str)] = &[("host", "localhost:3000")];

    //
    #[test]
    fn the_peer_must_be_this_machine() {
        for peer in ["127.0.0.1:1", "127.3.2.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(judge(Some(peer), "/", LOCAL), "{peer}");
        }
        for peer in
            ["10.0.0.1:1", "0.0.0.0:1", "[::ffff:10.0.0.1]:1", "[::127.0.0.1]:1", "[fe80::1]:1"]
        {
            assert!(!judge(Some(peer), "/", LOCAL), "{peer}");
        }
        assert!(!judge(None, "/", LOCAL));
    }

    // DNS rebinding
    #[test]
    fn the_host_must_be_this_machine() {
        for host in
            ["localhost", "LocalHost:1", "127.0.0.1:80", "[::1]", "[::1]:8", "a-1.b.localhost:9"]
        {
            assert!(judge(HERE, "/", &[("host", host)]), "{host}");
        }
        for host in [
            "",
            ":80",
            "evil.example",
            "localhost.evil.example",
            "evillocalhost",
            ".localhost",
            "a..localhost",
            "localhost:80:80",
            "localhost:80x",
            "evil@localhost",
            "127.0.0.1.evil.example",
            "127.0.0.2",
            "::1",
            "[::1",
            "localhost.",
            " localhost",
            "0.0.0.0",
            "evil.example/.localhost",
        ] {
            assert!(!judge(HERE, "/", &[("host", host)]), "{host:?}");
        }
        assert!(!judge(HERE, "/", &[]));
    }

    #[test]
    fn every_name_of_the_host_must_be_trusted() {
        assert!(judge(HERE, "http://localhost:3000/", &[]));
        assert!(!judge(HERE, "http://evil.example/", &[]));
        assert!(!judge(HERE, "http://evil.example/", LOCAL));
        assert!(!judge(HERE, "http://localhost/", &[("host", "evil.example")]));
        assert!(!judge(HERE, "http://evil@localhost/", LOCAL));
        assert!(!judge(HERE, "/", &[("host", "localhost"), ("host", "evil.example")]));
    }

    #[test]
    fn a_page_from_elsewhere_closes() {
        for origin in ["http://localhost:5173", "https://shop.localhost", "http://[::1]"] {
            assert!(judge(HERE, "/", &[LOCAL[0], ("origin", origin)]), "{origin}");
        }
        for origin in ["https://evil.example", "null", "", "localhost", "http://localhost.evil"] {
            assert!(!judge(HERE, "/", &[LOCAL[0], ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn a_proxy_closes_and_never_opens() {
        for name in ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"] {
            assert!(!judge(HERE, "/", &[LOCAL[0], (name, "127.0.0.1")]), "{name}");
            assert!(!judge(Some("10.0.0.1:1"), "/", &[LOCAL[0], (name, "127.0.0.1")]), "{name}");
        }
    }
}
