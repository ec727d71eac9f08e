//! Access control for what development mode adds.
//!
//! The gate lists what opens it; everything else closes it. It is open for a *plain local client*
//! and for any client that has the start-up token.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::header::{self, HeaderMap, HeaderName};
use http::request::Parts;
use http::{HeaderValue, Version};

use super::{client_fields, token};
use crate::support::WarnOnce;

/// The conditions that open the gate besides the token.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate {
    /// Fields that the service's own clients send.
    pub(super) fields: Vec<HeaderName>,
    /// Names of hosts that are this machine, besides `localhost`.
    pub(super) hosts: Vec<String>,
    /// Addresses that only this machine's connections come from, besides those of loopback.
    pub(super) peers: Vec<IpAddr>,
    pub(super) locals: Locals,
}

/// What a plain local client needs in order to see the additional members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Locals {
    #[default]
    Nothing,
    TheToken,
}

/// A client that has the token, or that connected from this machine and addressed this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Admitted;

/// The reason why the gate is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Withheld {
    TokenOnly,
    NoPeer,
    Peer(IpAddr),
    Version(Version),
    Host,
    Origin,
    Field(HeaderName),
    Connection,
}

impl Gate {
    pub(super) fn judge(&self, request: &Parts) -> Result<Admitted, Withheld> {
        if token::is_in_cookie(&request.headers) {
            return Ok(Admitted);
        }
        match self.locals {
            Locals::TheToken => Err(Withheld::TokenOnly),
            Locals::Nothing => self.judge_local(request).map_or(Ok(Admitted), Err),
        }
    }

    /// Returns the property of the request that no request of a plain local client has.
    fn judge_local(&self, request: &Parts) -> Option<Withheld> {
        let Some(ConnectInfo(peer)) = request.extensions.get::<ConnectInfo<SocketAddr>>() else {
            return Some(Withheld::NoPeer);
        };
        let address = peer.ip().to_canonical();
        if !address.is_loopback() && !self.peers.contains(&address) {
            return Some(Withheld::Peer(peer.ip()));
        }
        // nginx sends HTTP/1.0 unless it is configured not to; clients have not done so for
        // decades.
        if !matches!(request.version, Version::HTTP_11 | Version::HTTP_2) {
            return Some(Withheld::Version(request.version));
        }
        if !self.is_host_trusted(request) {
            return Some(Withheld::Host);
        }
        if !self.is_page_local(&request.headers) {
            return Some(Withheld::Origin);
        }
        let mut names = request.headers.keys();
        if let Some(name) = names.find(|name| !self.is_from_client(name)) {
            return Some(Withheld::Field(name.clone()));
        }
        (!is_connection_plain(&request.headers)).then_some(Withheld::Connection)
    }

    fn is_from_client(&self, name: &HeaderName) -> bool {
        client_fields::is_known(name) || self.fields.contains(name)
    }

    /// Whether the request is addressed to this machine. HTTP/2 has the authority in the URI, HTTP/1 in
    /// `Host`. Every name that is present must be trusted, and at least one must be present.
    fn is_host_trusted(&self, request: &Parts) -> bool {
        let authority = request.uri.authority().map(http::uri::Authority::as_str);
        let mut hosts = host_fields(&request.headers).chain(authority.map(Some)).peekable();
        hosts.peek().is_some() && hosts.all(|host| host.is_some_and(|host| self.is_local(host)))
    }

    /// Whether the page that sent the request is local. A page from elsewhere can make a browser on
    /// this machine send a request, and reads the response if CORS is wide open. A page that was served
    /// under another name came through a proxy.
    fn is_page_local(&self, headers: &HeaderMap) -> bool {
        let pages = [header::ORIGIN, header::REFERER].map(|name| headers.get_all(name));
        pages.iter().flatten().all(|page| {
            let page = page.to_str().unwrap_or_default();
            let rest = page.strip_prefix("http://").or_else(|| page.strip_prefix("https://"));
            rest.is_some_and(|rest| {
                self.is_local(rest.split(['/', '?', '#']).next().unwrap_or_default())
            })
        })
    }

    /// Whether a host is this machine, or has a name that was declared to be.
    fn is_local(&self, host: &str) -> bool {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        is_local(host) || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

impl Withheld {
    /// Logs why a client sees nothing more, once for each kind of reason.
    pub(super) fn explain(&self) {
        static WARNINGS: [WarnOnce; 8] = [const { WarnOnce::new() }; 8];
        WARNINGS[self.kind()].log(|| format!("development members are withheld: {self}"));
    }

    const fn kind(&self) -> usize {
        match self {
            Self::TokenOnly => 0,
            Self::NoPeer => 1,
            Self::Peer(_) => 2,
            Self::Version(_) => 3,
            Self::Host => 4,
            Self::Origin => 5,
            Self::Field(_) => 6,
            Self::Connection => 7,
        }
    }
}

/// Writes the reason and the remedy.
impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TOKEN: &str = "open the link with the token that was printed at the start";
        match self {
            Self::TokenOnly => write!(f, "the client did not send the token; {TOKEN}"),
            Self::NoPeer => write!(
                f,
                "the peer's address is not known; serve with `definable_errors::serve` or with \
                 `into_make_service_with_connect_info::<SocketAddr>()`, or {TOKEN}"
            ),
            Self::Peer(peer) => write!(
                f,
                "{peer} is not this machine; {TOKEN}, or name it with `Development::trust_peer` if it \
                 is the gateway of your dev container"
            ),
            Self::Version(version) => {
                write!(f, "{version:?} is what proxies speak; use HTTP/1.1, or {TOKEN}")
            }
            Self::Host => write!(
                f,
                "the `Host` is not this machine; use `localhost` or 127.0.0.1, or {TOKEN}, or name \
                 it with `Development::trust_host`"
            ),
            Self::Origin => write!(f, "a page of another host sent the request; {TOKEN}"),
            Self::Field(name) => write!(
                f,
                "the field `{name}` may be of a proxy; {TOKEN}, or name it with \
                 `Development::client_header` if your clients send it"
            ),
            Self::Connection => write!(
                f,
                "`Connection` is not what this client sends by itself, so a proxy does; {TOKEN}"
            ),
        }
    }
}

fn host_fields(headers: &HeaderMap) -> impl Iterator<Item = Option<&str>> {
    headers.get_all(header::HOST).iter().map(|value| value.to_str().ok())
}

fn is_connection_plain(headers: &HeaderMap) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or("?").to_owned();
    let user_agent = headers.get(header::USER_AGENT).map(text);
    headers
        .get_all(header::CONNECTION)
        .iter()
        .all(|value| client_fields::is_connection_plain(&text(value), user_agent.as_deref()))
}

/// Whether `host` is `localhost`, `*.localhost`, `127.0.0.0/8` or `[::1]`, with any port.
fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback());
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return address.is_loopback();
    }
    let name = name.to_ascii_lowercase();
    match name.strip_suffix(".localhost") {
        Some(labels) => labels.split('.').all(is_label),
        None => name == "localhost",
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    type Fields<'a> = &'a [(&'static str, &'static str)];

    fn parts(peer: Option<&str>, uri: &str, fields: Fields<'_>) -> Parts {
        let mut request = Request::builder().uri(uri);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        if let Some(peer) = peer {
            parts.extensions.insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        }
        parts
    }

    fn judge(peer: Option<&str>, uri: &str, fields: Fields<'_>) -> bool {
        Gate::default().judge(&parts(peer, uri, fields)).is_ok()
    }

    fn with(field: (&'static str, &'static str)) -> Result<Admitted, Withheld> {
        Gate::default().judge(&parts(HERE, "/", &[LOCAL[0], field]))
    }

    const HERE: Option<&str> = Some("127.0.0.1:50000");
    const LOCAL: Fields<'_> = &[("host", "localhost:3000")];

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

    // This is DNS rebinding: the page's own host name arrives as `Host`.
    #[test]
    fn the_host_must_be_this_machine() {
        for host in [
            "localhost",
            "LocalHost:1",
            "127.0.0.1:80",
            "127.0.0.2",
            "127.255.0.9:8000",
            "[::1]",
            "[::1]:8",
            "a-1.b.localhost:9",
        ] {
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
            "127.1",
            "128.0.0.1",
            "192.168.1.5:8000",
            "::1",
            "[::1",
            "[::2]",
            "[::ffff:10.0.0.1]",
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
            assert!(with(("origin", origin)).is_ok(), "{origin}");
        }
        for origin in ["https://evil.example", "null", "", "localhost", "http://localhost.evil"] {
            assert_eq!(with(("origin", origin)), Err(Withheld::Origin), "{origin}");
        }
        assert!(with(("referer", "http://127.0.0.1:8000/orders?page=2#top")).is_ok());
        for page in ["http://192.168.1.5:8080/", "https://evil.example/localhost"] {
            assert_eq!(with(("referer", page)), Err(Withheld::Origin), "{page}");
        }
    }

    #[test]
    fn a_field_that_plain_clients_do_not_send_closes_and_never_opens() {
        for name in ["forwarded", "via", "x-forwarded-for", "x-real-ip", "cdn-loop", "x-new-proxy"]
        {
            let closed = Err(Withheld::Field(HeaderName::from_static(name)));
            assert_eq!(with((name, "127.0.0.1")), closed);
            assert!(!judge(Some("10.0.0.1:1"), "/", &[LOCAL[0], (name, "127.0.0.1")]), "{name}");
        }
        assert!(with(("x-api-key", "kb_live")).is_ok());
    }

    #[test]
    fn fields_of_own_clients_are_named() {
        let own = HeaderName::from_static("x-shop");
        let request = parts(HERE, "/", &[LOCAL[0], ("x-shop", "7")]);
        assert_eq!(Gate::default().judge(&request), Err(Withheld::Field(own.clone())));
        let gate = Gate { fields: vec![own], ..Gate::default() };
        assert_eq!(gate.judge(&request), Ok(Admitted));
    }

    #[test]
    fn versions_that_only_proxies_speak_close() {
        for (version, is_open) in [
            (Version::HTTP_09, false),
            (Version::HTTP_10, false),
            (Version::HTTP_11, true),
            (Version::HTTP_2, true),
        ] {
            let mut request = parts(HERE, "/", LOCAL);
            request.version = version;
            assert_eq!(Gate::default().judge(&request).is_ok(), is_open, "{version:?}");
        }
    }

    #[test]
    fn a_connection_that_a_proxy_closes_closes() {
        assert!(with(("connection", "keep-alive")).is_ok());
        let agent = ("user-agent", "curl/8.5.0");
        assert!(judge(HERE, "/", &[LOCAL[0], agent]));
        assert!(!judge(HERE, "/", &[LOCAL[0], agent, ("connection", "close")]));
    }

    #[test]
    fn the_token_opens_for_every_client() {
        let link = token::create().unwrap();
        let token = link.strip_prefix('?').unwrap().to_owned();
        let mut request = parts(Some("10.0.0.1:1"), "/", &[("x-forwarded-for", "10.9.8.7")]);
        assert!(Gate::default().judge(&request).is_err());
        request.headers.insert("cookie", HeaderValue::try_from(token).unwrap());
        request.version = Version::HTTP_10;
        assert_eq!(Gate::default().judge(&request), Ok(Admitted));
        let gate = Gate { locals: Locals::TheToken, ..Gate::default() };
        assert_eq!(gate.judge(&request), Ok(Admitted));
        assert_eq!(gate.judge(&parts(HERE, "/", LOCAL)), Err(Withheld::TokenOnly));
    }

    #[test]
    fn named_hosts_and_peers_are_trusted() {
        let gate = Gate {
            hosts: vec!["shop.test".to_owned()],
            peers: vec![[172, 17, 0, 1].into()],
            ..Gate::default()
        };
        let is_open =
            |peer: &str, fields: Fields<'_>| gate.judge(&parts(Some(peer), "/", fields)).is_ok();
        let origin = ("origin", "http://shop.test:3000");
        assert!(is_open("172.17.0.1:9", &[("host", "Shop.test:3000"), origin]));
        assert!(is_open("[::ffff:172.17.0.1]:9", LOCAL));
        assert!(!is_open("172.17.0.2:9", LOCAL));
        for host in ["a.shop.test", "shop.test.evil.example", "shop.test@evil.example", ""] {
            assert!(!is_open("127.0.0.1:9", &[("host", host)]), "{host}");
        }
    }

    #[test]
    fn every_reason_has_its_remedy() {
        let reasons = [
            Withheld::TokenOnly,
            Withheld::NoPeer,
            Withheld::Peer([10, 0, 0, 1].into()),
            Withheld::Version(Version::HTTP_10),
            Withheld::Host,
            Withheld::Origin,
            Withheld::Field(header::VIA),
            Withheld::Connection,
        ];
        let mut kinds: Vec<_> = reasons.iter().map(Withheld::kind).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [0, 1, 2, 3, 4, 5, 6, 7]);
        for reason in reasons {
            assert!(reason.to_string().contains("the link with the token"), "{reason}");
        }
    }
}
