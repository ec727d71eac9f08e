//! What several modules need: the clock, locks, warnings, web origins, redaction, TLS. Nothing here
//! knows axum.

mod clock;
#[cfg(any(
    feature = "auth",
    feature = "dev",
    feature = "rate-limit",
    feature = "router",
    feature = "serve",
    feature = "stream",
    feature = "upstream"
))]
mod lock;
#[cfg(any(feature = "auth", feature = "cors", feature = "csrf"))]
mod origin;
#[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
mod redact;
#[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
mod remote;
#[cfg(any(feature = "redis", feature = "serve"))]
mod throttle;
#[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
mod tls;
#[cfg(any(feature = "auth", feature = "dev", feature = "rate-limit"))]
mod warning;
mod weight;

pub use self::clock::{Clock, DefaultClock};
#[cfg(any(
    feature = "auth",
    feature = "dev",
    feature = "rate-limit",
    feature = "router",
    feature = "serve",
    feature = "stream",
    feature = "upstream"
))]
pub(crate) use self::lock::lock;
#[cfg(any(feature = "auth", feature = "cors", feature = "csrf"))]
pub(crate) use self::origin::Origin;
#[cfg(any(feature = "auth", feature = "cors", feature = "csrf"))]
pub use self::origin::OriginError;
#[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
pub(crate) use self::redact::redact_url;
#[cfg(any(feature = "jwks", feature = "oauth"))]
pub(crate) use self::remote::is_authentic;
#[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
pub(crate) use self::remote::read_body;
#[cfg(any(feature = "redis", feature = "serve"))]
pub(crate) use self::throttle::LogThrottle;
#[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
pub(crate) use self::tls::{RootCertificates, TlsError, http_client};
#[cfg(any(feature = "auth", feature = "dev", feature = "rate-limit"))]
pub(crate) use self::warning::WarnOnce;
#[cfg(feature = "dev")]
pub(crate) use self::warning::warn;
pub(crate) use self::weight::parse_weight;
