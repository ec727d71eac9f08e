use super::Algorithm;

/// The requirements for a token besides its signature: its kind, its claims, and its subject.
///
/// In every profile, `exp` is required, `iss` and `aud` are required if the verifier has a value to
/// compare with, every registered claim must have its type, and a token that is bound to a key
/// (`cnf`, RFC 9449 §7.2) is not accepted as a bearer token.
#[derive(Debug, Clone)]
#[must_use]
pub struct Profile {
    pub(super) kinds: Vec<String>,
    pub(super) is_kind_required: bool,
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
    /// have long issued. `typ` is absent, `JWT` or `at+jwt`.
    pub fn legacy_hs256() -> Self {
        Self { only: Some(Algorithm::Hs256), ..Self::general().subject("id", SubjectType::Text) }
    }

    /// Accepts any algorithm, with the caller in `sub`. `typ` is absent, `JWT` or `at+jwt`.
    pub fn general() -> Self {
        Self {
            kinds: ["jwt", "at+jwt"].map(str::to_owned).to_vec(),
            is_kind_required: false,
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
            kinds: vec!["at+jwt".to_owned()],
            is_kind_required: true,
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

    /// Replaces the profile's kinds of token (`typ`); a token must have one of them. Tokens of
    /// different kinds must not be accepted in place of each other (RFC 8725 §3.11).
    pub fn kinds<'a>(mut self, kinds: impl IntoIterator<Item = &'a str>) -> Self {
        self.kinds = kinds.into_iter().map(|kind| plain(kind).to_owned()).collect();
        self.is_kind_required = true;
        self
    }

    /// Returns whether the kind is accepted. `typ` is a media type, so case does not matter and
    /// `application/` may be omitted.
    pub(super) fn is_kind(&self, kind: Option<&str>) -> bool {
        match kind {
            None => !self.is_kind_required,
            Some(kind) => self.kinds.iter().any(|own| own.eq_ignore_ascii_case(plain(kind))),
        }
    }
}

fn plain(kind: &str) -> &str {
    const PREFIX: &str = "application/";
    match kind.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_a_media_type() {
        let access = Profile::rfc9068();
        assert!(
            ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"]
                .iter()
                .all(|kind| access.is_kind(Some(kind)))
        );
        let others = ["JWT", "dpop+jwt", "", "at+jwt ", "application/x/at+jwt", "jwt+at"];
        assert!(!others.iter().any(|kind| access.is_kind(Some(kind))));
        assert!(!access.is_kind(None) && Profile::legacy_hs256().is_kind(None));
        assert!(!Profile::legacy_hs256().kinds(["ticket+jwt"]).is_kind(Some("JWT")));
    }
}
