//! What several modules need: the clock, locks, warnings, web origins, redaction. Nothing here
//! knows axum.

mod clock;
#[cfg(any(feature = "auth", feature = "rate-limit", feature = "serve"))]
mod lock;
#[cfg(any(feature = "auth", feature = "cors"))]
mod origin;
#[cfg(feature = "jwks")]
mod redact;
#[cfg(any(feature = "redis", feature = "serve"))]
mod throttle;
#[cfg(any(feature = "auth", feature = "dev", feature = "rate-limit"))]
mod warning;

pub use self::clock::{Clock, DefaultClock};
#[cfg(any(feature = "auth", feature = "rate-limit", feature = "serve"))]
pub(crate) use self::lock::lock;
#[cfg(any(feature = "auth", feature = "cors"))]
pub(crate) use self::origin::Origin;
#[cfg(any(feature = "auth", feature = "cors"))]
pub use self::origin::OriginError;
#[cfg(feature = "jwks")]
pub(crate) use self::redact::redact_url;
#[cfg(any(feature = "redis", feature = "serve"))]
pub(crate) use self::throttle::LogThrottle;
#[cfg(any(feature = "auth", feature = "dev", feature = "rate-limit"))]
pub(crate) use self::warning::WarnOnce;
#[cfg(feature = "dev")]
pub(crate) use self::warning::warn;
