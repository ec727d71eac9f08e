use std::hash::Hash;

use http::request::Parts;

use super::guard::{asked_for, decide};
use super::{ConsumedQuota, RateLimit};
use crate::error::ApiError;

/// An attempt that a handler granted to a client. It counts unless it is [refunded](Self::refund).
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts"]
pub struct Attempt {
    limit: RateLimit,
    pass: ConsumedQuota,
}

impl Attempt {
    /// Refunds the attempt, because what was tried succeeded.
    pub fn refund(self) {
        drop(self.pass.given_back(self.limit.settings()));
    }
}

impl RateLimit {
    /// Counts an attempt from inside a handler, for a client that cannot be identified by the head
    /// of the request alone: the name in a login, for instance, is in the body. The key is made of
    /// both the key source and `client`.
    ///
    /// ```
    /// use axum::extract::State;
    /// use definable_errors::ApiError;
    /// use definable_errors::extract::Json;
    /// use definable_errors::rate_limit::{Quota, RateLimit};
    /// use http::request::Parts;
    /// # #[derive(serde::Deserialize)]
    /// # struct Login { email: String, password: String }
    /// # fn is_right(login: &Login) -> bool { login.password.len() > 8 }
    ///
    /// const FAILED_LOGINS: Quota = Quota::per_minute(5).with_name("failed-logins");
    ///
    /// async fn login(
    ///     State(failed): State<RateLimit>, // RateLimit::per_address(FAILED_LOGINS)
    ///     request: Parts,
    ///     Json(login): Json<Login>,
    /// ) -> Result<(), ApiError> {
    ///     let attempt = failed.attempt(&request, login.email.to_lowercase()).await?;
    ///     if !is_right(&login) {
    ///         return Err(ApiError::invalid_credentials());
    ///     }
    ///     attempt.refund();
    ///     Ok(())
    /// }
    /// # let _ = axum::Router::<RateLimit>::new().route("/", axum::routing::post(login));
    /// # let _ = RateLimit::per_address(FAILED_LOGINS);
    /// ```
    ///
    /// # Errors
    ///
    /// Returns what the layer would respond with: a 429 with its headers, or the error of the key
    /// source or the store.
    pub async fn attempt(&self, request: &Parts, client: impl Hash) -> Result<Attempt, ApiError> {
        let settings = self.settings();
        let pass = match asked_for(settings, request, client)? {
            Some(asked) => decide(settings, asked).await?,
            None => ConsumedQuota::UNCOUNTED,
        };
        Ok(Attempt { limit: self.clone(), pass })
    }
}
