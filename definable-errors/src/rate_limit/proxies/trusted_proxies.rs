//! The proxies that a service trusts, and the walk from the peer to the client behind them.

use std::fmt;
use std::net::IpAddr;

use http::header::{FORWARDED, HeaderName};
use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

use super::forwarded::{self, Elements};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The maximum number of hops, more than any chain of proxies has.
const MAX_HOPS: usize = 32;

/// The proxies in front of this service that are trusted to report where a request came from.
///
/// Every proxy appends the address that it sees to `X-Forwarded-For`, so addresses that a client
/// made up are on the left and true ones are on the right. The field is read from the right, for as
/// long as the hop that wrote the entry is a trusted proxy. A hop that is not an address ends the
/// reading, and the request counts for the peer: the last proxy. Nothing else is read, such as
/// `X-Real-IP`, and the field is ignored if the peer is not trusted.
///
/// ```
/// use definable_errors::rate_limit::{Address, Quota, RateLimit, TrustedProxies};
///
/// let proxies = TrustedProxies::networks(["10.0.0.0/8", "fd00::/8"])?;
/// let limit = RateLimit::per_address(Quota::DEFAULT).key(Address::behind(proxies));
/// # let _ = limit;
/// # Ok::<(), definable_errors::rate_limit::NetworkError>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct TrustedProxies {
    trust: Trust,
    field: Field,
}

#[derive(Debug, Clone)]
enum Trust {
    Networks(Box<[IpNet]>),
    Hops(usize),
}

#[derive(Debug, Clone, Copy)]
enum Field {
    XForwardedFor,
    Forwarded,
}

impl TrustedProxies {
    /// Trusts the proxies in these networks, given as addresses or as prefixes in CIDR notation.
    ///
    /// # Errors
    ///
    /// Returns an error if a text is not a network.
    pub fn networks<T: AsRef<str>>(
        networks: impl IntoIterator<Item = T>,
    ) -> Result<Self, NetworkError> {
        let networks = networks.into_iter().map(|text| network(text.as_ref()));
        let trust = Trust::Networks(networks.collect::<Result<_, _>>()?);
        Ok(Self { trust, field: Field::XForwardedFor })
    }

    /// Trusts `number` proxies, whatever their addresses, as for a load balancer whose addresses
    /// change. Every request has to pass through all of them: a client that reaches the service
    /// without passing the first can make up an address.
    pub const fn hops(number: usize) -> Self {
        Self { trust: Trust::Hops(number), field: Field::XForwardedFor }
    }

    /// Reads `Forwarded` (RFC 7239) instead of `X-Forwarded-For`. Only one of the two is ever read,
    /// because proxies may pass through from the client the one that they do not write.
    pub const fn forwarded(mut self) -> Self {
        self.field = Field::Forwarded;
        self
    }

    /// Returns the address of the client whose request this peer sent.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        let mut walk = Walk { trust: &self.trust, client: peer, hops: 0 };
        let end = match self.field {
            Field::XForwardedFor => walk.x_forwarded_for(headers),
            Field::Forwarded => walk.forwarded(headers),
        };
        match end {
            End::Client => walk.client,
            End::Unknown => peer,
            // A request with fewer hops than there are proxies came another way.
            End::Exhausted => match self.trust {
                Trust::Networks(_) => walk.client,
                Trust::Hops(_) => peer,
            },
        }
    }
}

/// The error for a text that is neither a network, such as `10.0.0.0/8`, nor an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkError(String);

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a network is an address, or its first one and a prefix, such as 10.0.0.0/8: {:?}",
            self.0
        )
    }
}

impl std::error::Error for NetworkError {}

/// A walk from the peer to the client, hop by hop.
struct Walk<'a> {
    trust: &'a Trust,
    client: IpAddr,
    hops: usize,
}

/// Why a walk has ended.
enum End {
    /// It found a hop that is not trusted.
    Client,
    /// It found a hop that is not an address.
    Unknown,
    /// All hops were trusted.
    Exhausted,
}

impl Walk<'_> {
    fn x_forwarded_for(&mut self, headers: &HeaderMap) -> End {
        for line in lines(headers, &X_FORWARDED_FOR) {
            let hops = line.as_bytes().rsplit(|byte| *byte == b',');
            if let Some(end) = self.follow(hops.map(address)) {
                return end;
            }
        }
        self.end()
    }

    fn forwarded(&mut self, headers: &HeaderMap) -> End {
        for line in lines(headers, &FORWARDED) {
            let Some(elements) = text(line.as_bytes()).and_then(Elements::of) else {
                return self.follow([None].into_iter()).unwrap_or(End::Unknown);
            };
            if let Some(end) = self.follow(elements.last_first().map(forwarded::address)) {
                return end;
            }
        }
        self.end()
    }

    /// Continues while the hop that wrote the entry is trusted.
    fn follow(&mut self, hops: impl Iterator<Item = Option<IpAddr>>) -> Option<End> {
        for hop in hops {
            if !self.is_trusted() {
                return Some(End::Client);
            }
            match hop {
                Some(address) if self.hops < MAX_HOPS => self.client = address,
                _ => return Some(End::Unknown),
            }
            self.hops += 1;
        }
        None
    }

    fn end(&self) -> End {
        if self.is_trusted() { End::Exhausted } else { End::Client }
    }

    fn is_trusted(&self) -> bool {
        match self.trust {
            Trust::Networks(networks) => networks.iter().any(|it| it.contains(&self.client)),
            Trust::Hops(number) => self.hops < *number,
        }
    }
}

/// Parses a network: an address, or its first one and a prefix.
fn network(text: &str) -> Result<IpNet, NetworkError> {
    let network = if text.contains('/') {
        text.parse().ok()
    } else {
        text.parse().ok().map(|address: IpAddr| address.into())
    };
    // Bits set behind the prefix are most likely a mistake in the address or in the prefix.
    network
        .filter(|network: &IpNet| network.addr() == network.network())
        .ok_or_else(|| NetworkError(text.to_owned()))
}

fn address(hop: &[u8]) -> Option<IpAddr> {
    forwarded::host(text(hop)?.trim_matches([' ', '\t']))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Iterates over the field lines from the last, which was written last.
fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a HeaderValue> {
    headers.get_all(name).iter().rev()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str = "203.0.113.7";
    const PROXY: &str = "10.0.0.1";

    #[test]
    fn error_message_shows_the_text_and_an_example() {
        assert_eq!(
            TrustedProxies::networks(["10.0.0.0/33"]).unwrap_err().to_string(),
            "a network is an address, or its first one and a prefix, such as 10.0.0.0/8: \"10.0.0.0/33\""
        );
    }

    fn networks() -> TrustedProxies {
        TrustedProxies::networks(["10.0.0.0/8", "fd00::/8"]).unwrap()
    }

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    fn client(proxies: &TrustedProxies, peer: &str, fields: &[(&'static str, &str)]) -> String {
        proxies.client(peer.parse().unwrap(), &headers(fields)).to_string()
    }

    /// A single trusted proxy appends to what a client made up.
    #[test]
    fn no_address_is_chosen_by_the_client() {
        let long = "6.6.6.6, ".repeat(2_000);
        let made_up = [
            "6.6.6.6",
            "10.0.0.9",
            "6.6.6.6:80",
            "[::1]:1",
            "::ffff:6.6.6.6",
            "unknown",
            "6.6.6.6,",
            ",",
            "garbage",
            "\u{202e}6.6.6.6",
            "2001:db8::6",
            "for=6.6.6.6",
            &long,
        ];
        for proxies in [networks(), TrustedProxies::hops(1)] {
            for left in made_up {
                let one_line = format!("{left}, {REAL}");
                let fields = [("x-forwarded-for", &*one_line), ("x-real-ip", "6.6.6.6")];
                assert_eq!(client(&proxies, PROXY, &fields), REAL, "{left}");
                let two_lines = [("x-forwarded-for", left), ("x-forwarded-for", REAL)];
                assert_eq!(client(&proxies, PROXY, &two_lines), REAL, "{left}");
                let port = format!("{left}, {REAL}:4711");
                assert_eq!(client(&proxies, PROXY, &[("x-forwarded-for", &port)]), REAL);
                let mapped = format!("{left}, ::ffff:{REAL}");
                assert_eq!(client(&proxies, PROXY, &[("x-forwarded-for", &mapped)]), REAL);
            }
        }
    }

    #[test]
    fn a_peer_that_is_not_trusted_is_the_client() {
        for field in ["6.6.6.6", "10.0.0.9", "garbage"] {
            let fields = [("x-forwarded-for", field), ("forwarded", "for=6.6.6.6")];
            assert_eq!(client(&networks(), REAL, &fields), REAL);
            assert_eq!(client(&networks().forwarded(), REAL, &fields), REAL);
            assert_eq!(client(&TrustedProxies::hops(0), REAL, &fields), REAL);
        }
    }

    #[test]
    fn a_hop_that_is_no_address_leaves_the_peer() {
        for field in ["garbage", "", "6.6.6.6,", "6.6.6.6, unknown", "6.6.6.6, 10.0.0.2 x", "ä"] {
            for proxies in [networks(), TrustedProxies::hops(1)] {
                let fields = [("x-forwarded-for", field), ("x-real-ip", "6.6.6.6")];
                assert_eq!(client(&proxies, PROXY, &fields), PROXY, "{field}");
            }
        }
    }

    #[test]
    fn chains_of_proxies_are_followed() {
        let chain = [("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.0.0.3, 10.0.0.2")];
        assert_eq!(client(&networks(), PROXY, &chain), REAL);
        assert_eq!(client(&TrustedProxies::hops(3), PROXY, &chain), REAL);
        assert_eq!(client(&networks(), "::ffff:10.0.0.1", &chain), REAL);
        let inside = [("x-forwarded-for", "10.0.0.3, 10.0.0.2")];
        assert_eq!(client(&networks(), PROXY, &inside), "10.0.0.3");
        assert_eq!(client(&networks(), PROXY, &[]), PROXY);
    }

    #[test]
    fn who_has_fewer_hops_than_there_are_proxies_came_another_way() {
        let one = [("x-forwarded-for", "6.6.6.6")];
        assert_eq!(client(&TrustedProxies::hops(2), PROXY, &one), PROXY);
    }

    #[test]
    fn forwarded_is_read_as_strictly() {
        let proxies = networks().forwarded();
        let read = |field: &str| client(&proxies, PROXY, &[("forwarded", field)]);
        assert_eq!(read("for=6.6.6.6, for=203.0.113.7;proto=https"), REAL);
        assert_eq!(read("for=\"203.0.113.7:4711\", for=10.0.0.2"), REAL);
        for unknown in
            ["for=6.6.6.6, for=unknown", "for=6.6.6.6, for=_hidden", "for=\", for=6.6.6.6"]
        {
            assert_eq!(read(unknown), PROXY, "{unknown}");
        }
        let lines = [("forwarded", "for=\""), ("forwarded", "for=203.0.113.7")];
        assert_eq!(client(&proxies, PROXY, &lines), REAL);
        let other = [("x-forwarded-for", "6.6.6.6")];
        assert_eq!(client(&proxies, PROXY, &other), PROXY);
    }

    #[test]
    fn no_chain_is_longer_than_32() {
        let chain = ["6.6.6.6", &", 10.0.0.2".repeat(32)].concat();
        assert_eq!(client(&networks(), PROXY, &[("x-forwarded-for", &chain)]), PROXY);
    }

    #[test]
    fn networks_contain_addresses_of_their_prefix() {
        let contains = |text: &str, address: &str| {
            network(text).unwrap().contains(&address.parse::<IpAddr>().unwrap())
        };
        assert!(contains("10.0.0.0/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("0.0.0.0/0", "1.2.3.4") && !contains("0.0.0.0/0", "::1"));
        assert!(contains("2001:db8::/32", "2001:db8:1::1") && !contains("::/0", "1.2.3.4"));
        assert!(contains("127.0.0.1", "127.0.0.1") && !contains("127.0.0.1", "127.0.0.2"));
    }

    #[test]
    fn text_that_is_not_a_network_is_an_error() {
        for wrong in ["", "10.0.0.0/33", "10.0.0.1/8", "::/129", "a/8", "10.0.0.0/", "10.0.0.0/+8"]
        {
            assert_eq!(network(wrong).unwrap_err().0, wrong);
        }
    }
}
