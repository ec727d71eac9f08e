//! The verifier of access tokens: it also looks up the user that a token names.

use definable_errors::auth::jwt::{
    JwtError, JwtVerifier, JwtVerifierBuilder, LegacyClaims, Profile, SubjectType,
};
use definable_errors::auth::{Bearer, Verify};
use definable_errors::error::ApiFuture;
use definable_errors::problem::INVALID_TOKEN;
use definable_errors::{ApiError, DatabaseExt};
use sqlx::AnyPool;
use uuid::Uuid;

use super::{TokenKeys, User};

/// A verifier that accepts access tokens signed by this service or by the issuer at `JWKS_URL`.
///
/// The user that a token names must exist and must not be locked. Locking an account therefore
/// takes effect at once.
pub(crate) struct Verifier {
    own: JwtVerifier<LegacyClaims>,
    published: Option<JwtVerifier<LegacyClaims>>,
    pool: AnyPool,
}

impl Verifier {
    pub(crate) fn new(pool: AnyPool, keys: &TokenKeys) -> Result<Self, JwtError> {
        let published =
            keys.published.as_ref().map(|published| builder().keys(published.0.clone()));
        Ok(Self {
            own: builder().key(keys.own.clone()).build()?,
            published: published.map(JwtVerifierBuilder::build).transpose()?,
            pool,
        })
    }

    /// Verifies a token with our own keys first. An expired token is ours, so the other issuer's
    /// keys are not tried.
    async fn claims(&self, token: &Bearer) -> Result<LegacyClaims, ApiError> {
        match (self.own.verify(token).await, &self.published) {
            (Err(refused), Some(published)) if refused.problem().code() == INVALID_TOKEN.code() => {
                published.verify(token).await
            }
            (claims, _) => claims,
        }
    }

    async fn user(&self, id: &str) -> Result<User, ApiError> {
        let id = Uuid::try_parse(id).ok();
        let found =
            sqlx::query_as("SELECT id, email FROM users WHERE id = $1 AND status = 'active'")
                .bind(id.map(|id| id.to_string()))
                .fetch_optional(&self.pool)
                .await
                .or_database()?;
        found.ok_or_else(|| ApiError::invalid_token().with_note("the user is unknown or locked"))
    }
}

impl Verify<User> for Verifier {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, User> {
        ApiFuture::boxed(async move { self.user(&self.claims(token).await?.id).await })
    }
}

/// Creates a builder for tokens of type `at+jwt` whose claim `id` is the user.
fn builder() -> JwtVerifierBuilder<LegacyClaims> {
    let profile = Profile::general().subject("id", SubjectType::Text).typ(["at+jwt"]);
    JwtVerifier::builder(profile)
}
