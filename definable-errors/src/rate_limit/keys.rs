//! Key sources that identify a client by its request.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, SocketAddr};

use axum::extract::connect_info::MockConnectInfo;
use axum::extract::{ConnectInfo, MatchedPath};
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};

use super::{Identity, KeyHasher, KeySource, TrustedProxies};
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::support::WarnOnce;

const UNKNOWN_PEER: &str = "a rate limit by address does not know the addresses of clients, so all \
                            requests count as one client; serve with `definable_errors::serve`, or \
                            with `into_make_service_with_connect_info::<SocketAddr>()`";

const UNTRUSTED_PROXY: &str = "a rate limit by peer address received a request with \
                               `X-Forwarded-For` or `Forwarded`; if it came through a proxy, all \
                               clients of the proxy share one quota: use \
                               `Address::behind(TrustedProxies::…)`";

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

static UNKNOWN_PEER_WARNING: WarnOnce = WarnOnce::new();
static UNTRUSTED_PROXY_WARNING: WarnOnce = WarnOnce::new();

/// The IP address that a request came from.
///
/// An IPv6 address counts with its whole /64, because a single client typically has that many. An
/// IPv4-mapped IPv6 address counts as the IPv4 address. No header is trusted unless the service is
/// behind [`TrustedProxies`].
///
/// The peer's address is axum's `ConnectInfo<SocketAddr>`. `definable_errors::serve` (feature
/// `serve`) provides it, as does `into_make_service_with_connect_info::<SocketAddr>()`; tests can
/// use axum's `MockConnectInfo`. All requests without it count as one client, and a warning with
/// the remedy is logged once.
///
/// A proxy that is not among the [`TrustedProxies`] counts as one client, together with all clients
/// behind it. A warning is logged once if a request to [`Address::peer`] has `X-Forwarded-For` or
/// `Forwarded`.
#[derive(Debug, Clone)]
#[must_use]
pub struct Address {
    proxies: Option<TrustedProxies>,
    prefix: u8,
}

impl Address {
    /// Creates a source that uses the address of the connection's peer.
    pub const fn peer() -> Self {
        Self { proxies: None, prefix: 64 }
    }

    /// Creates a source that uses the address of the client behind these proxies.
    pub const fn behind(proxies: TrustedProxies) -> Self {
        Self { proxies: Some(proxies), prefix: 64 }
    }

    /// Sets the number of leading bits of an IPv6 address that identify a client; default 64. A
    /// whole site has 48 or 56.
    ///
    /// # Panics
    ///
    /// Panics if `bits` is zero or greater than 128.
    pub const fn ipv6_prefix(mut self, bits: u8) -> Self {
        assert!(bits >= 1 && bits <= 128, "an IPv6 prefix has 1 to 128 bits");
        self.prefix = bits;
        self
    }

    fn of(&self, request: &Parts) -> Option<IpAddr> {
        let peer = peer(request)?.ip().to_canonical();
        if let Some(proxies) = &self.proxies {
            return Some(proxies.client(peer, &request.headers));
        }
        if UNTRUSTED_PROXY_WARNING.is_due() && is_forwarded(&request.headers) {
            UNTRUSTED_PROXY_WARNING.log(|| UNTRUSTED_PROXY.to_owned());
        }
        Some(peer)
    }
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(&X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED)
}

fn peer(request: &Parts) -> Option<SocketAddr> {
    if let Some(ConnectInfo(peer)) = request.extensions.get::<ConnectInfo<SocketAddr>>() {
        return Some(*peer);
    }
    request.extensions.get::<MockConnectInfo<SocketAddr>>().map(|MockConnectInfo(peer)| *peer)
}

impl KeySource for Address {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        match self.of(request) {
            Some(address) => write(address, self.prefix, key),
            None => {
                UNKNOWN_PEER_WARNING.log(|| UNKNOWN_PEER.to_owned());
                // No address is written as a single byte.
                key.write_u8(0);
            }
        }
        Ok(Identity::Known)
    }
}

/// Writes the part that identifies a client. The parts differ in length, so an IPv4 address never
/// equals an IPv6 one.
fn write(address: IpAddr, prefix: u8, key: &mut impl Hasher) {
    match address {
        IpAddr::V4(address) => key.write_u32(address.to_bits()),
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << (128 - u32::from(prefix)));
            key.write(&network.to_be_bytes());
        }
    }
}

/// The caller: the [`Subject`](crate::context::Subject) that authentication found, or else the
/// address.
///
/// The limit belongs further in than authentication
/// ([`guard::from_extractor`](crate::guard::from_extractor)): a subject is known only after its
/// token or API key was verified, so no client can use up the quota of another.
#[derive(Debug, Clone)]
pub struct Caller {
    address: Address,
}

impl Caller {
    /// Creates a source that falls back to the address of the connection's peer if there is no
    /// subject.
    pub const fn new() -> Self {
        Self { address: Address::peer() }
    }

    /// Creates a source that falls back to `address` if there is no subject.
    pub const fn or_address(address: Address) -> Self {
        Self { address }
    }
}

impl Default for Caller {
    fn default() -> Self {
        Self::new()
    }
}

impl KeySource for Caller {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        let context = request.extensions.get::<RequestContext>();
        let Some(subject) = context.and_then(RequestContext::subject) else {
            return self.address.identify(request, key);
        };
        subject.kind().as_str().hash(key);
        subject.id().hash(key);
        Ok(Identity::Known)
    }
}

/// A key source that uses the pattern of the matched route, such as `/orders/{id}`; all requests
/// that match no route count together.
///
/// A limit sees the route only in `Router::layer`, `Router::route_layer` or on the route itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Route;

impl KeySource for Route {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        request.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str).hash(key);
        Ok(Identity::Known)
    }
}

/// A key source that uses the value of a header field, such as an API key that a gateway verified.
/// The value is hashed and not stored.
///
/// A request without the field, or with several of them, is not counted unless [another
/// source](KeySource::or) identifies the client. An unverified field must not be a key: a client
/// would have a quota for each value that it makes up. For API keys that this service verifies, use
/// [`Caller`](super::Caller).
#[derive(Debug, Clone)]
pub struct HeaderField(HeaderName);

impl HeaderField {
    /// Creates a source that uses the field `name`.
    pub const fn new(name: HeaderName) -> Self {
        Self(name)
    }
}

impl KeySource for HeaderField {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        let mut values = request.headers.get_all(&self.0).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Ok(Identity::Unknown);
        };
        value.as_bytes().hash(key);
        Ok(Identity::Known)
    }
}

/// A key source that counts all clients together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Global;

impl KeySource for Global {
    fn identify(&self, _: &Parts, _: &mut KeyHasher) -> Result<Identity, ApiError> {
        Ok(Identity::Known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::{Key, KeySeed};

    fn client(address: &str, prefix: u8) -> Key {
        let mut key = KeySeed::from_secret(b"a").hasher();
        write(address.parse::<IpAddr>().unwrap().to_canonical(), prefix, &mut key);
        key.key()
    }

    #[test]
    fn a_client_has_a_whole_64() {
        assert_eq!(client("2001:db8::1", 64), client("2001:db8::ffff:0:0:1", 64));
        assert_ne!(client("2001:db8::1", 64), client("2001:db8:0:1::1", 64));
        assert_ne!(client("2001:db8::1", 128), client("2001:db8::2", 128));
        assert_eq!(client("2001:db8::1", 48), client("2001:db8:0:1::1", 48));
    }

    #[test]
    fn an_ipv4_address_is_the_same_in_ipv6() {
        assert_eq!(client("::ffff:192.0.2.1", 64), client("192.0.2.1", 64));
        assert_ne!(client("::ffff:192.0.2.1", 64), client("::ffff:192.0.2.2", 64));
        assert_ne!(client("1.0.0.0", 64), client("100::", 64));
    }
}
