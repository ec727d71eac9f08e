//! Profiles of access tokens, and the claims that they have in common.

use serde::Deserialize;

use super::Algorithm;
use crate::auth::Principal;
use crate::context::Subject;

/// The requirements for a token besides its signature: its type (`typ`), its claims, and its
/// subject.
///
/// In every profile, `exp` is required, `iss` and `aud` are required if the verifier has a value to
/// compare with, every registered claim must have its type, and a token that is bound to a key
/// (`cnf`, RFC 9449 §7.2) is not accepted as a bearer token.
#[derive(Debug, Clone)]
#[must_use]
pub struct Profile {
    pub(super) types: Vec<String>,
    pub(super) is_typ_required: bool,
    pub(super) required: Vec<&'static str>,
    pub(super) subject: &'static str,
    pub(super) subject_type: SubjectType,
    pub(super) only: Option<Algorithm>,
    pub(super) needs_names: bool,
}

/// The type of a subject. A string that looks like a number is a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubjectType {
    /// A string that is not empty.
    Text,
    /// An integer.
    Integer,
}

impl Profile {
    /// Accepts HS256, with the caller in the claim `id`, a string: the tokens that small services
    /// have long issued. `typ` is absent, `JWT` or `at+jwt`. For HS256 with the caller in `sub` use
    /// [`general`](Self::general).
    pub fn legacy_hs256() -> Self {
        Self { only: Some(Algorithm::Hs256), ..Self::general().subject("id", SubjectType::Text) }
    }

    /// Accepts any algorithm, with the caller in `sub`. `typ` is absent, `JWT` or `at+jwt`.
    pub fn general() -> Self {
        Self {
            types: ["jwt", "at+jwt"].map(str::to_owned).to_vec(),
            is_typ_required: false,
            required: Vec::new(),
            subject: "sub",
            subject_type: SubjectType::Text,
            only: None,
            needs_names: false,
        }
    }

    /// Accepts access tokens of an authorization server (RFC 9068): `typ` is `at+jwt`; `iss`,
    /// `aud`, `sub`, `client_id`, `iat` and `jti` are required; so are the verifier's issuer and
    /// audience.
    pub fn rfc9068() -> Self {
        Self {
            types: vec!["at+jwt".to_owned()],
            is_typ_required: true,
            required: vec!["iss", "aud", "client_id", "iat", "jti"],
            needs_names: true,
            ..Self::general()
        }
    }

    /// Sets the claim that names the caller, and its type.
    pub fn subject(mut self, claim: &'static str, subject_type: SubjectType) -> Self {
        (self.subject, self.subject_type) = (claim, subject_type);
        self
    }

    /// Adds required claims.
    pub fn require(mut self, claims: impl IntoIterator<Item = &'static str>) -> Self {
        self.required.extend(claims);
        self
    }

    /// Replaces the types of the profile: the header parameter `typ` of a token must be one of
    /// them. Tokens of different types must not be accepted in place of each other (RFC 8725
    /// §3.11).
    pub fn typ<'a>(mut self, types: impl IntoIterator<Item = &'a str>) -> Self {
        self.types = types.into_iter().map(|typ| plain(typ).to_owned()).collect();
        self.is_typ_required = true;
        self
    }

    /// Returns whether the type is accepted. `typ` is a media type, so case does not matter and
    /// `application/` may be omitted.
    pub(super) fn has_typ(&self, typ: Option<&str>) -> bool {
        match typ {
            None => !self.is_typ_required,
            Some(typ) => self.types.iter().any(|own| own.eq_ignore_ascii_case(plain(typ))),
        }
    }
}

fn plain(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}

/// The claims of a legacy token: the principal for
/// [`Profile::legacy_hs256`](super::Profile::legacy_hs256), whose id is a string.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct LegacyClaims {
    /// The id of the caller.
    pub id: String,
}

impl Principal for LegacyClaims {
    fn subject(&self) -> Subject {
        Subject::user(&self.id)
    }
}

/// The claims of an access token: the principal for [`Profile::general`](super::Profile::general)
/// and [`Profile::rfc9068`](super::Profile::rfc9068).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AccessClaims {
    /// The id of the caller.
    pub sub: String,
    /// The client that acts for the caller.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The scopes of the token, separated by spaces.
    #[serde(default)]
    pub scope: Option<String>,
    /// The id of the token.
    #[serde(default)]
    pub jti: Option<String>,
    /// The authentication context of the caller's login (RFC 9470).
    #[serde(default)]
    pub acr: Option<String>,
    /// The time of the caller's login, in seconds since 1970 (RFC 9470).
    #[serde(default)]
    pub auth_time: Option<u64>,
}

impl Principal for AccessClaims {
    fn subject(&self) -> Subject {
        Subject::user(&self.sub)
    }

    fn has_scope(&self, scope: &str) -> bool {
        self.scope.as_deref().is_some_and(|all| all.split(' ').any(|one| one == scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typ_is_a_media_type() {
        let access = Profile::rfc9068();
        assert!(
            ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"]
                .iter()
                .all(|typ| access.has_typ(Some(typ)))
        );
        let others = ["JWT", "dpop+jwt", "", "at+jwt ", "application/x/at+jwt", "jwt+at"];
        assert!(!others.iter().any(|typ| access.has_typ(Some(typ))));
        assert!(!access.has_typ(None) && Profile::legacy_hs256().has_typ(None));
        assert!(!Profile::legacy_hs256().typ(["ticket+jwt"]).has_typ(Some("JWT")));
    }

    #[test]
    fn a_scope_is_a_whole_word() {
        let json = r#"{"sub":"7","scope":"kb:read kb:write","exp":1}"#;
        let claims: AccessClaims = serde_json::from_str(json).unwrap();
        assert!(claims.has_scope("kb:read") && claims.has_scope("kb:write"));
        assert!(
            !["kb", "kb:rea", "read", "", "KB:READ"].iter().any(|scope| claims.has_scope(scope))
        );
    }

    #[test]
    fn only_a_single_prefix_may_be_omitted() {
        let access = Profile::rfc9068();
        // As long as the prefix `application/`, but another one.
        assert!(!access.has_typ(Some("xpplication/at+jwt")));
        assert!(!access.has_typ(Some("application/application/at+jwt")));
        let whole = Profile::rfc9068().typ(["image/a/b/cd/at+jwt"]);
        assert!(whole.has_typ(Some("image/a/b/cd/at+jwt")) && !whole.has_typ(Some("/at+jwt")));
    }
}
