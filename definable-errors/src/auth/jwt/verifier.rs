use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::claims::Rules;
use super::parsed::Parsed;
use super::strict::Object;
use super::{JwtVerifierBuilder, KeyLookup, KeySet, Keys, Profile, Refusal, base64url, seconds};
use crate::auth::{Bearer, Verify};
use crate::context::Clock;
use crate::error::{ApiError, ApiFuture};

/// A verifier of JSON Web Tokens, which deserializes their claims into principals.
///
/// A principal is any type that can be deserialized from the claims. The [module](super) has an
/// example; [`builder`](Self::builder) creates a verifier.
pub struct JwtVerifier<P> {
    pub(super) keys: Source,
    pub(super) rules: Rules,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) principal: PhantomData<fn() -> P>,
}

/// The source of a verifier's keys.
pub(super) enum Source {
    Fixed(KeySet),
    Changing(Arc<dyn Keys>),
}

/// The outcome of checking a token with some keys.
enum Outcome<P> {
    Final(Result<P, Refusal>),
    /// Other keys may lead to another outcome.
    Open(Refusal),
}

impl<P> Outcome<P> {
    /// Returns the result if there are no other keys.
    fn last(self) -> Result<P, Refusal> {
        match self {
            Self::Final(result) => result,
            Self::Open(refusal) => Err(refusal),
        }
    }
}

impl<P: DeserializeOwned> JwtVerifier<P> {
    /// Returns a builder that starts with the requirements for tokens.
    pub fn builder(profile: Profile) -> JwtVerifierBuilder<P> {
        JwtVerifierBuilder::new(profile)
    }

    /// Returns a verifier that converts the claims of a valid token into a principal of another
    /// type. An error of the conversion, such as [`ApiError::forbidden`], is what the client
    /// receives.
    ///
    /// ```
    /// use definable_errors::auth::Verify;
    /// use definable_errors::auth::jwt::{AccessClaims, JwtVerifier};
    ///
    /// struct User {
    ///     id: String,
    /// }
    ///
    /// fn users(verifier: JwtVerifier<AccessClaims>) -> impl Verify<User> {
    ///     verifier.map(|claims| Ok(User { id: claims.sub }))
    /// }
    /// ```
    pub fn map<U, F>(self, map: F) -> MappedVerifier<P, F>
    where
        F: Fn(P) -> Result<U, ApiError> + Send + Sync + 'static,
    {
        MappedVerifier { verifier: self, map }
    }

    fn judge(&self, token: &Parsed<'_>, keys: &KeySet) -> Outcome<P> {
        let id = token.header.key_id.as_deref();
        if !keys.knows(id) {
            return Outcome::Open(Refusal::UnknownKey);
        }
        let mut candidates = keys.candidates(id, token.header.algorithm).peekable();
        if candidates.peek().is_none() {
            return Outcome::Open(Refusal::Algorithm);
        }
        match candidates.any(|key| key.is_signature(token.message, &token.signature)) {
            true => Outcome::Final(self.principal(token)),
            false => Outcome::Open(Refusal::Signature),
        }
    }

    /// Returns the principal of a token whose signature is valid.
    fn principal(&self, token: &Parsed<'_>) -> Result<P, Refusal> {
        if !self.rules.profile.has_typ(token.header.typ.as_deref()) {
            return Err(Refusal::Kind);
        }
        let claims = base64url::decode(token.claims).ok_or(Refusal::Form)?;
        let object = Object::parse(&claims).ok_or(Refusal::Claims)?;
        #[expect(clippy::cast_precision_loss, reason = "the seconds since 1970 are exact")]
        let now = seconds(self.clock.now()) as f64;
        self.rules.check(&object, now)?;
        serde_json::from_slice(&claims).map_err(|_| Refusal::Principal)
    }

    /// Checks the token again with newer keys, if there are any.
    async fn ask_again(
        &self,
        token: Parsed<'_>,
        keys: &dyn Keys,
        first: Option<(Refusal, Arc<KeySet>)>,
    ) -> Result<P, ApiError> {
        let (refusal, judged) = first.unzip();
        let wanted = match (refusal, &token.header.key_id) {
            (None, _) => KeyLookup::Any,
            (Some(Refusal::UnknownKey), Some(id)) => KeyLookup::Key(id),
            _ => KeyLookup::Signature,
        };
        let Some(newer) = keys.refresh(judged, wanted).await? else {
            return Err(refusal.unwrap_or(Refusal::UnknownKey).into());
        };
        match self.judge(&token, &newer) {
            Outcome::Final(result) => Ok(result?),
            Outcome::Open(refusal) => Err(refusal.into()),
        }
    }
}

impl<P: DeserializeOwned + Send + 'static> Verify<P> for JwtVerifier<P> {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, P> {
        let parsed = match Parsed::read(token.as_str()) {
            Ok(parsed) => parsed,
            Err(refusal) => return ApiFuture::ready(Err(refusal.into())),
        };
        let keys = match &self.keys {
            Source::Fixed(keys) => {
                return ApiFuture::ready(self.judge(&parsed, keys).last().map_err(ApiError::from));
            }
            Source::Changing(keys) => keys,
        };
        let Some(current) = keys.current() else {
            return ApiFuture::boxed(self.ask_again(parsed, &**keys, None));
        };
        match self.judge(&parsed, &current) {
            Outcome::Final(result) => ApiFuture::ready(result.map_err(ApiError::from)),
            Outcome::Open(refusal) => {
                ApiFuture::boxed(self.ask_again(parsed, &**keys, Some((refusal, current))))
            }
        }
    }
}

impl<P> fmt::Debug for JwtVerifier<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtVerifier").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// The verifier of [`JwtVerifier::map`].
pub struct MappedVerifier<P, F> {
    verifier: JwtVerifier<P>,
    map: F,
}

impl<P, U, F> Verify<U> for MappedVerifier<P, F>
where
    P: DeserializeOwned + Send + 'static,
    U: 'static,
    F: Fn(P) -> Result<U, ApiError> + Send + Sync + 'static,
{
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, U> {
        match self.verifier.verify(token).into_ready() {
            Ok(claims) => ApiFuture::ready(claims.and_then(&self.map)),
            Err(later) => ApiFuture::boxed(async { (self.map)(later.await?) }),
        }
    }
}

impl<P, F> fmt::Debug for MappedVerifier<P, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MappedVerifier").field(&self.verifier).finish()
    }
}
