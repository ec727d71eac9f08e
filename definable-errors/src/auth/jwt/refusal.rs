//! The reasons to reject a token, and the error that each becomes.

use crate::error::ApiError;
use crate::problem::{INVALID_TOKEN, Problem, TOKEN_EXPIRED};

/// The reason why a token was rejected, for operators. A client learns only whether the token
/// expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    TooLong,
    Form,
    Header,
    Algorithm,
    Critical,
    ForeignKey,
    Nested,
    Kind,
    KeyId,
    UnknownKey,
    Signature,
    Claims,
    Missing,
    Issuer,
    Audience,
    Subject,
    Bound,
    Time,
    NotYet,
    Principal,
    Expired,
}

impl Refusal {
    const fn note(self) -> &'static str {
        match self {
            Self::TooLong => "the token is too long",
            Self::Form => "the token is not three parts of base64url",
            Self::Header => "the token's header is not one object with the right types",
            Self::Algorithm => "the token's algorithm is not the key's",
            Self::Critical => "the token's header has extensions that must be understood",
            Self::ForeignKey => "the token brings or names a key of its own",
            Self::Nested => "the token is encrypted, compressed or nested",
            Self::Kind => "the token has another type (typ)",
            Self::KeyId => "the token's kid is no key id",
            Self::UnknownKey => "the token's kid names no known key",
            Self::Signature => "the token's signature is not the key's",
            Self::Claims => "the token's claims are not one object with the right types",
            Self::Missing => "the token lacks a required claim",
            Self::Issuer => "the token's issuer is another",
            Self::Audience => "the token is for another audience",
            Self::Subject => "the token's subject is not of the configured type",
            Self::Bound => "the token is bound to a key (cnf), so it is no bearer token",
            Self::Time => "the token's times are no dates",
            Self::NotYet => "the token is not valid yet",
            Self::Principal => "the token's claims do not make a principal",
            Self::Expired => "the token has expired",
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let problem_type = match refusal {
            Refusal::Expired => &TOKEN_EXPIRED,
            _ => &INVALID_TOKEN,
        };
        Self::unlocated(Problem::new(problem_type)).with_note(refusal.note())
    }
}
