//! A verifier of tokens, and its builder.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::claims::{Rules, seconds};
use super::strict::Object;
use super::token::Token;
use super::{Algorithm, Key, KeyLookup, KeySet, Keys, Profile, Refusal, back_end, base64url};
use crate::auth::{Bearer, Verify};
use crate::context::{Clock, DefaultClock};
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

    fn judge(&self, token: &Token<'_>, keys: &KeySet) -> Outcome<P> {
        let id = token.header.key_id.as_deref();
        if !keys.knows(id) {
            return Outcome::Open(Refusal::UnknownKey);
        }
        let mut candidates = keys.candidates(id, token.header.algorithm).peekable();
        if candidates.peek().is_none() {
            return Outcome::Open(Refusal::Algorithm);
        }
        if candidates.any(|key| key.is_signature(token.message, &token.signature)) {
            Outcome::Final(self.principal(token))
        } else {
            Outcome::Open(Refusal::Signature)
        }
    }

    /// Returns the principal of a token whose signature is valid.
    fn principal(&self, token: &Token<'_>) -> Result<P, Refusal> {
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
        token: Token<'_>,
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
        let parsed = match Token::read(token.as_str()) {
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

/// The builder of a [`JwtVerifier`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct JwtVerifierBuilder<P> {
    keys: Vec<Key>,
    source: Option<Arc<dyn Keys>>,
    rules: Rules,
    leeway: Duration,
    clock: Arc<dyn Clock>,
    principal: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> JwtVerifierBuilder<P> {
    /// The maximum leeway.
    pub const MAX_LEEWAY: Duration = Duration::from_secs(300);

    const USUAL_LEEWAY: Duration = Duration::from_secs(30);

    pub(super) fn new(profile: Profile) -> Self {
        let rules = Rules { profile, issuer: None, audiences: Vec::new(), leeway: 0.0 };
        Self {
            keys: Vec::new(),
            source: None,
            rules,
            leeway: Self::USUAL_LEEWAY,
            clock: Arc::new(DefaultClock),
            principal: PhantomData,
        }
    }

    /// Adds a key. Use several for rotation, each with an id of its own. Keys of different
    /// algorithms may share an id (RFC 7517 §4.5).
    pub fn key(mut self, key: Key) -> Self {
        self.keys.push(key);
        self
    }

    /// Sets a source of keys that change while the service runs, in place of fixed keys.
    pub fn keys(mut self, keys: impl Keys) -> Self {
        self.source = Some(Arc::new(keys));
        self
    }

    /// Sets the issuer that tokens must have: `iss`, compared exactly.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.rules.issuer = Some(issuer.into());
        self
    }

    /// Adds a name of this service: one of them has to be in `aud`. Without any, a token that names
    /// an audience is rejected, because it is meant for another service (RFC 7519 §4.1.3).
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.rules.audiences.push(audience.into());
        self
    }

    /// Sets how much clocks may differ; default 30 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the verifier. Its cryptography is tested once here, so that no request finds it
    /// missing.
    ///
    /// # Errors
    ///
    /// Returns an error if something is missing or contradictory, or if the cryptography does not
    /// work.
    pub fn build(mut self) -> Result<JwtVerifier<P>, JwtError> {
        self.check()?;
        self.rules.leeway = self.leeway.as_secs_f64();
        let keys = match self.source {
            Some(source) => Source::Changing(source),
            None => Source::Fixed(KeySet::new(self.keys)),
        };
        Ok(JwtVerifier { keys, rules: self.rules, clock: self.clock, principal: PhantomData })
    }

    fn check(&self) -> Result<(), JwtError> {
        let profile = &self.rules.profile;
        let is_other = |key: &&Key| profile.only.is_some_and(|only| key.algorithm() != only);
        if self.keys.is_empty() == self.source.is_none() {
            return Err(JwtError::Keys);
        }
        if let Some(key) = self.keys.iter().find(is_other) {
            return Err(JwtError::OtherAlgorithm(key.algorithm()));
        }
        if self.has_ambiguous_keys() {
            return Err(JwtError::AmbiguousKeys);
        }
        if profile.only.is_some() && self.source.is_some() {
            return Err(JwtError::ChangingSecrets);
        }
        if profile.needs_names && self.rules.issuer.is_none() {
            return Err(JwtError::Issuer);
        }
        if profile.needs_names && self.rules.audiences.is_empty() {
            return Err(JwtError::Audience);
        }
        if self.leeway > Self::MAX_LEEWAY {
            return Err(JwtError::Leeway);
        }
        back_end::passes_self_test().then_some(()).ok_or(JwtError::Cryptography)
    }

    /// Returns whether two keys have the same id and algorithm, so that a token cannot name either.
    fn has_ambiguous_keys(&self) -> bool {
        self.keys.iter().enumerate().any(|(at, key)| {
            let is_same = |other: &Key| {
                key.id().is_some() && key.id() == other.id() && key.algorithm() == other.algorithm()
            };
            self.keys[..at].iter().any(is_same)
        })
    }
}

impl<P> fmt::Debug for JwtVerifierBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtVerifierBuilder")
            .field("keys", &self.keys)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

/// The error for a verifier that cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwtError {
    /// There are no keys, or there are both fixed and changing ones.
    Keys,
    /// A key has an algorithm that the profile does not accept.
    OtherAlgorithm(Algorithm),
    /// Two keys have the same id and algorithm.
    AmbiguousKeys,
    /// The profile is for shared secrets, which are not published as changing keys.
    ChangingSecrets,
    /// The profile requires an issuer.
    Issuer,
    /// The profile requires an audience.
    Audience,
    /// The leeway is longer than five minutes.
    Leeway,
    /// The cryptography of this program does not work.
    Cryptography,
}

impl fmt::Display for JwtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherAlgorithm(algorithm) => {
                return write!(f, "the profile takes no key of {algorithm}");
            }
            Self::Keys => "a verifier has fixed keys or changing ones",
            Self::AmbiguousKeys => {
                "two keys have the same id and the same algorithm: give each key an id of its own"
            }
            Self::ChangingSecrets => "the profile is for a secret, which no key set publishes",
            Self::Issuer => "the profile needs an issuer",
            Self::Audience => "the profile needs an audience",
            Self::Leeway => "the leeway is five minutes at most",
            Self::Cryptography => "the cryptographic back end fails its self-test",
        })
    }
}

impl std::error::Error for JwtError {}
