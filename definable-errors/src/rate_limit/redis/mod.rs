//! Quotas that several processes share, counted in Redis.

mod breaker;
mod denials;
mod failure;
mod health;
mod inner;
mod invalid_redis_url;
mod link;
mod news;
mod on_failure;
mod plan;
mod question;
mod reserve;
mod script;
mod settings;
mod store;

pub use self::health::RedisHealth;
pub use self::invalid_redis_url::InvalidRedisUrl;
pub use self::on_failure::OnFailure;
pub use self::store::RedisStore;
