use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::claims::Rules;
use super::parsed::Parsed;
use super::strict::Object;
use super::{JwtBuilder, KeySet, Keys, Profile, Refusal, Wanted, base64url, seconds};
use crate::auth::{Answer, Bearer, Clock, Principal, Verify};
use crate::error::ApiError;

/// Verifies JSON Web Tokens and makes principals of their claims.
///
/// A principal is anything that can be deserialized from the claims. The [room](super) shows how
/// one is built; [`builder`](Self::builder) begins.
pub struct JwtVerifier<P> {
    pub(super) keys: Source,
    pub(super) rules: Rules,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) principal: PhantomData<fn() -> P>,
}

/// Where its keys come from.
pub(super) enum Source {
    Fixed(KeySet),
    Changing(Arc<dyn Keys>),
}

/// What some keys say of a token.
enum Verdict<P> {
    Final(Result<P, Refusal>),
    /// Other keys may say otherwise.
    Open(Refusal),
}

impl<P: Principal + DeserializeOwned> JwtVerifier<P> {
    /// Begins with what tokens have to be.
    pub fn builder(profile: Profile) -> JwtBuilder<P> {
        JwtBuilder::new(profile)
    }

    fn judge(&self, token: &Parsed<'_>, keys: &KeySet) -> Verdict<P> {
        let id = token.header.key_id.as_deref();
        if !keys.knows(id) {
            return Verdict::Open(Refusal::UnknownKey);
        }
        let mut candidates = keys.candidates(id, token.header.algorithm).peekable();
        if candidates.peek().is_none() {
            return Verdict::Final(Err(Refusal::Algorithm));
        }
        match candidates.any(|key| key.is_signature(token.message, &token.signature)) {
            true => Verdict::Final(self.principal(token)),
            false => Verdict::Open(Refusal::Signature),
        }
    }

    /// The principal of a token whose signature is right.
    fn principal(&self, token: &Parsed<'_>) -> Result<P, Refusal> {
        if !self.rules.profile.is_kind(token.header.kind.as_deref()) {
            return Err(Refusal::Kind);
        }
        let claims = base64url::decode(token.claims).ok_or(Refusal::Form)?;
        let object = Object::parse(&claims).ok_or(Refusal::Claims)?;
        #[expect(clippy::cast_precision_loss, reason = "the seconds since 1970 are exact")]
        let now = seconds(self.clock.now()) as f64;
        self.rules.check(&object, now)?;
        serde_json::from_slice(&claims).map_err(|_| Refusal::Principal)
    }

    /// With newer keys, if there are any.
    async fn ask_again(&self, token: Parsed<'_>, first: Option<Refusal>) -> Result<P, ApiError> {
        let wanted = match (first, &token.header.key_id) {
            (None, _) => Wanted::Any,
            (Some(Refusal::UnknownKey), Some(id)) => Wanted::Key(id),
            _ => Wanted::Signature,
        };
        let newer = match &self.keys {
            Source::Fixed(_) => None,
            Source::Changing(keys) => keys.newer(wanted).await?,
        };
        let Some(newer) = newer else {
            return Err(first.unwrap_or(Refusal::UnknownKey).into());
        };
        match self.judge(&token, &newer) {
            Verdict::Final(result) => Ok(result?),
            Verdict::Open(refusal) => Err(refusal.into()),
        }
    }
}

impl<P: Principal + DeserializeOwned> Verify<P> for JwtVerifier<P> {
    fn verify<'a>(&'a self, token: &'a Bearer) -> Answer<'a, P> {
        let parsed = match Parsed::read(token.as_str()) {
            Ok(parsed) => parsed,
            Err(refusal) => return Answer::ready(Err(refusal.into())),
        };
        let verdict = match &self.keys {
            Source::Fixed(keys) => Some(self.judge(&parsed, keys)),
            Source::Changing(keys) => keys.current().map(|keys| self.judge(&parsed, &keys)),
        };
        let first = match (verdict, &self.keys) {
            (Some(Verdict::Final(result)), _) => {
                return Answer::ready(result.map_err(ApiError::from));
            }
            (Some(Verdict::Open(refusal)), Source::Fixed(_)) => {
                return Answer::ready(Err(refusal.into()));
            }
            (Some(Verdict::Open(refusal)), Source::Changing(_)) => Some(refusal),
            (None, _) => None,
        };
        Answer::later(self.ask_again(parsed, first))
    }
}

impl<P> fmt::Debug for JwtVerifier<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtVerifier").field("rules", &self.rules).finish_non_exhaustive()
    }
}
