//! One source of credentials, what a request has in it, and headers that must be sent once.

use http::header;
use http::header::{Entry, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;

use super::{Bearer, cookie};
use crate::error::{ApiError, BearerError, Challenge};
use crate::problem::{
    ErrorStatus, INVALID_AUTHORIZATION, MISSING_CREDENTIALS, Problem, ProblemType,
};

pub(super) const INVALID: &ProblemType = &INVALID_AUTHORIZATION;
pub(super) const MISSING: &ProblemType = &MISSING_CREDENTIALS;

/// One place in a request that may contain a token.
#[derive(Debug, Clone)]
pub(super) struct Source {
    kind: Kind,
    /// The status of a malformed value.
    malformed: ErrorStatus,
    challenge: Challenge,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Bearer,
    Scheme(Box<str>),
    Header(HeaderName),
    Cookie(Box<str>),
}

/// What a request has in a source.
pub(super) enum Sent {
    /// There are no credentials.
    Nothing,
    /// The credentials have another scheme.
    Other,
    Token(Bearer, TokenOrigin),
}

/// Where a token was found.
pub(super) enum TokenOrigin {
    /// It is a bearer token: the challenge is that of the problem.
    Bearer,
    /// It was found in another source, with this challenge. It is boxed, so that bearer tokens do not
    /// carry room for it.
    Source(Box<Challenge>),
    /// A browser sends it by itself.
    Cookie(Box<Challenge>),
}

impl TokenOrigin {
    pub(super) fn into_challenge(self) -> Option<Challenge> {
        match self {
            Self::Bearer => None,
            Self::Source(challenge) | Self::Cookie(challenge) => Some(*challenge),
        }
    }
}

/// A value that is not a token.
struct Malformed {
    note: &'static str,
    /// Another source may understand it.
    is_foreign: bool,
}

impl Malformed {
    const fn own(note: &'static str) -> Self {
        Self { note, is_foreign: false }
    }
}

impl Source {
    pub(super) const fn new(kind: Kind, challenge: Challenge) -> Self {
        Self { kind, malformed: ErrorStatus::BAD_REQUEST, challenge }
    }

    pub(super) fn with_malformed_status(self, malformed: ErrorStatus) -> Self {
        Self { malformed, ..self }
    }

    pub(super) const fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// Returns the header that the credentials are in.
    pub(super) fn header(&self) -> HeaderName {
        match &self.kind {
            Kind::Bearer | Kind::Scheme(_) => header::AUTHORIZATION,
            Kind::Header(name) => name.clone(),
            Kind::Cookie(_) => header::COOKIE,
        }
    }

    fn read(&self, parts: &Parts) -> Result<Sent, Malformed> {
        match &self.kind {
            Kind::Bearer => authorization(parts, "bearer").and_then(|sent| alone(sent, parts)),
            Kind::Scheme(scheme) => {
                Ok(self.naming_itself(authorization(parts, scheme)?, TokenOrigin::Source))
            }
            Kind::Header(name) => Ok(self.naming_itself(bare(parts, name)?, TokenOrigin::Source)),
            Kind::Cookie(name) => {
                let value = cookie::find(&parts.headers, name).map_err(Malformed::own)?;
                let sent = value.map_or(Sent::Nothing, |value| {
                    Sent::Token(Bearer::whole(value), TokenOrigin::Bearer)
                });
                Ok(self.naming_itself(sent, TokenOrigin::Cookie))
            }
        }
    }

    fn naming_itself(&self, sent: Sent, origin: fn(Box<Challenge>) -> TokenOrigin) -> Sent {
        match sent {
            Sent::Token(token, _) => Sent::Token(token, origin(Box::new(self.challenge.clone()))),
            other => other,
        }
    }

    pub(super) fn invalid(&self, note: &'static str) -> ApiError {
        let problem = Problem::new(INVALID).with_status(self.malformed);
        let error = ApiError::unlocated(problem).with_note(note);
        match self.kind {
            Kind::Bearer if self.malformed == ErrorStatus::UNAUTHORIZED => {
                let challenge = self.challenge.clone().with_error(BearerError::InvalidToken);
                error.with_challenge(challenge.expect("the challenge has no other error"))
            }
            Kind::Bearer => error,
            _ => error.with_challenge(self.challenge.clone()),
        }
    }
}

/// Returns what the first source has that has any. A malformed value ends the search, unless it may
/// belong to a later source.
pub(super) fn first(sources: &[Source], parts: &Parts) -> Result<Sent, ApiError> {
    let mut outcome = Ok(Sent::Nothing);
    for source in sources {
        match source.read(parts) {
            Ok(Sent::Token(token, origin)) => return Ok(Sent::Token(token, origin)),
            Err(malformed) if !malformed.is_foreign => return Err(source.invalid(malformed.note)),
            Err(malformed) if outcome.is_ok() => outcome = Err(source.invalid(malformed.note)),
            Ok(Sent::Other) if matches!(outcome, Ok(Sent::Nothing)) => outcome = Ok(Sent::Other),
            Ok(_) | Err(_) => {}
        }
    }
    outcome
}

/// Reads `Authorization: Bearer`, the default of all verifiers.
#[inline]
pub(super) fn bearer(parts: &Parts) -> Result<Sent, ApiError> {
    let sent = authorization(parts, "bearer").and_then(|sent| alone(sent, parts));
    sent.map_err(|malformed| invalid_bearer(malformed.note))
}

/// Reads the only `Authorization` field.
#[inline]
fn authorization(parts: &Parts, scheme: &str) -> Result<Sent, Malformed> {
    let field = match single(&parts.headers, &header::AUTHORIZATION) {
        Single::None => return Ok(Sent::Nothing),
        Single::Several => return Err(Malformed::own("two Authorization fields")),
        Single::One(field) => field,
    };
    match Bearer::read(field, scheme) {
        Ok(Some(token)) => Ok(Sent::Token(token, TokenOrigin::Bearer)),
        Ok(None) => Ok(Sent::Other),
        Err(_) => Err(Malformed {
            note: "the Authorization field is malformed",
            is_foreign: !Bearer::has_scheme(field, scheme),
        }),
    }
}

/// Rejects a bearer token beside a second one.
#[inline]
fn alone(sent: Sent, parts: &Parts) -> Result<Sent, Malformed> {
    match sent {
        Sent::Token(..) if has_query_token(parts) => {
            Err(Malformed::own("a second token in the query"))
        }
        sent => Ok(sent),
    }
}

/// Reads a header that contains a token and nothing else.
fn bare(parts: &Parts, name: &HeaderName) -> Result<Sent, Malformed> {
    let malformed = |note| Malformed { note, is_foreign: *name == header::AUTHORIZATION };
    match single(&parts.headers, name) {
        Single::None => Ok(Sent::Nothing),
        Single::Several => Err(Malformed::own("two headers with a token")),
        Single::One(value) if value.is_empty() => Ok(Sent::Nothing),
        Single::One(value) if value.as_bytes().iter().all(u8::is_ascii_graphic) => {
            Ok(Sent::Token(Bearer::whole(value.clone()), TokenOrigin::Bearer))
        }
        Single::One(_) => Err(malformed("the header is not one token")),
    }
}

/// Returns whether a token is also sent in the query (RFC 6750 §2.3). A token in the query alone is
/// ignored (OAuth 2.1).
fn has_query_token(parts: &Parts) -> bool {
    let query = parts.uri.query().unwrap_or_default();
    query.split('&').any(|pair| pair.starts_with("access_token="))
}

pub(super) fn invalid_bearer(note: &'static str) -> ApiError {
    ApiError::unlocated(Problem::new(INVALID)).with_note(note)
}

/// The occurrences of a header that must be sent once.
pub(super) enum Single<'a> {
    None,
    One(&'a HeaderValue),
    Several,
}

pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Single<'a> {
    let mut fields = headers.get_all(name).iter();
    match (fields.next(), fields.next()) {
        (None, _) => Single::None,
        (Some(one), None) => Single::One(one),
        (Some(_), Some(_)) => Single::Several,
    }
}

/// Marks a header as sensitive, so that printing the headers does not reveal the secret.
pub(super) fn hide(headers: &mut HeaderMap, name: HeaderName) {
    if let Entry::Occupied(mut fields) = headers.entry(name) {
        fields.iter_mut().for_each(|field| field.set_sensitive(true));
    }
}
