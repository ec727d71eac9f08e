//! The client before the proxies that this service trusts.

mod forwarded;
mod invalid_network;
mod network;
mod node;
mod trusted_proxies;

pub use self::invalid_network::InvalidNetwork;
pub use self::trusted_proxies::TrustedProxies;
