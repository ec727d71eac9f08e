use std::hash::Hash;

use http::request::Parts;

use super::guard::{asked_for, decide};
use super::{ConsumedQuota, RateLimit};
use crate::error::ApiError;

/// Something that a handler let a client try. It counts, unless it is [forgiven](Self::refund).
#[derive(Debug)]
#[must_use = "it counts unless it is forgiven"]
pub struct Attempt {
    limit: RateLimit,
    pass: ConsumedQuota,
}

impl Attempt {
    /// It does not count: what was tried succeeded.
    pub fn refund(self) {
        self.pass.given_back(self.limit.settings());
    }
}

impl RateLimit {
    /// Asks from inside of a handler, for a client that the request's head alone does not tell: who
    /// tries to log in stands in the body. Both the key source and `client` make the key.
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
    /// const FAILED_LOGINS: Quota = Quota::per_minute(5).named("failed-logins");
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
    /// What the layer answers: a 429 with its headers, or what the key source or the store fails
    /// with.
    pub async fn attempt(&self, request: &Parts, client: impl Hash) -> Result<Attempt, ApiError> {
        let settings = self.settings();
        let pass = match asked_for(settings, request, client)? {
            Some(asked) => decide(settings, asked).await?,
            None => ConsumedQuota::UNCOUNTED,
        };
        Ok(Attempt { limit: self.clone(), pass })
    }
}
