//! A store in Redis for quotas that several processes share.

mod connection;
mod denials;
mod fallback;
mod inner;
mod outage;
mod script;
mod store;

pub use self::connection::RedisUrlError;
pub use self::fallback::OnFailure;
pub use self::inner::RedisHealth;
pub use self::store::{RedisStore, RedisStoreBuilder};
