use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::claims::Rules;
use super::verifier::Source;
use super::{Algorithm, JwtVerifier, Key, KeySet, Keys, Profile, back_end};
use crate::context::{Clock, DefaultClock};

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
