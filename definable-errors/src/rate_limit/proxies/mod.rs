//! The address of the client behind proxies that this service trusts.

mod forwarded;
mod trusted_proxies;

pub use self::trusted_proxies::{NetworkError, TrustedProxies};
