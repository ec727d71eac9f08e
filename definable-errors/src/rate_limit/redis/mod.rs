//! A store in Redis for quotas that several processes share.

mod breaker;
mod builder;
mod connection;
mod denials;
mod failure;
mod fallback;
mod health;
mod inner;
mod local_quota;
mod on_failure;
mod outage_log;
mod redis_url_error;
mod script;
mod script_call;
mod store;

pub use self::builder::RedisStoreBuilder;
pub use self::health::RedisHealth;
pub use self::on_failure::OnFailure;
pub use self::redis_url_error::RedisUrlError;
pub use self::store::RedisStore;
