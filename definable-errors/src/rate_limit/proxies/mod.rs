//! The address of the client behind proxies that this service trusts.

mod forwarded;
mod network;
mod network_error;
mod node;
mod trusted_proxies;

pub use self::network_error::NetworkError;
pub use self::trusted_proxies::TrustedProxies;
