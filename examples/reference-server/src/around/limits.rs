use definable_errors::rate_limit::{OnFailure, Quota, RateLimit, RedisStore, RedisUrlError};

use super::AddressQuota;
use crate::SecretUrl;

/// How often a client may ask, and try to log in.
#[derive(Debug, Clone)]
pub struct Limits {
    pub(super) requests: RateLimit,
    pub(crate) failed_logins: RateLimit,
}

/// For each pair of an email address and a client's address.
const FAILED_LOGINS: Quota = Quota::per_minute(5).named("failed-logins");

impl Limits {
    /// Counted in Redis where there is one, so that several servers count together.
    ///
    /// # Errors
    ///
    /// When that is no URL of a Redis.
    pub fn new(requests: AddressQuota, redis: Option<&SecretUrl>) -> Result<Self, RedisUrlError> {
        let requests = RateLimit::per_address(requests.0);
        let failed_logins = RateLimit::per_address(FAILED_LOGINS);
        let Some(url) = redis.map(SecretUrl::as_str) else {
            return Ok(Self { requests, failed_logins });
        };
        // All servers that count in one Redis have its URL, and clients do not. While it fails, each
        // counts for itself: that lets in a quota for each server, and locks nobody out.
        let store = RedisStore::connect(url, url, OnFailure::Local { replicas: 1 })?;
        Ok(Self {
            requests: requests.store(store.clone()),
            failed_logins: failed_logins.store(store),
        })
    }
}
