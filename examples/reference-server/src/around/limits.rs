use definable_errors::rate_limit::{OnFailure, Quota, RateLimit, RedisStore, RedisUrlError};

use super::AddressQuota;
use crate::SecretUrl;

/// The rate limits for requests and for failed logins.
#[derive(Debug, Clone)]
pub struct Limits {
    pub(super) requests: RateLimit,
    pub(crate) failed_logins: RateLimit,
}

/// The quota of failed logins for each pair of an email address and a client address.
const FAILED_LOGINS: Quota = Quota::per_minute(5).with_name("failed-logins");

impl Limits {
    /// Creates the limits. With a Redis URL they are counted there, so that several servers share
    /// them.
    ///
    /// # Errors
    ///
    /// Returns an error if `redis` is not the URL of a Redis.
    pub fn new(requests: AddressQuota, redis: Option<&SecretUrl>) -> Result<Self, RedisUrlError> {
        let requests = RateLimit::per_address(requests.0);
        let failed_logins = RateLimit::per_address(FAILED_LOGINS);
        let Some(url) = redis.map(SecretUrl::as_str) else {
            return Ok(Self { requests, failed_logins });
        };
        // All servers that share a Redis have its URL, and clients do not. While Redis fails, each
        // server counts for itself: that admits one quota per server, and no client is locked out.
        let store = RedisStore::new(url, url, OnFailure::Local { replicas: 1 })?;
        Ok(Self {
            requests: requests.store(store.clone()),
            failed_logins: failed_logins.store(store),
        })
    }
}
