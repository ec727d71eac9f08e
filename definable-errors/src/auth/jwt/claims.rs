//! Validation of a token's claims. It is pure: the time is a parameter.

use std::time::{SystemTime, UNIX_EPOCH};

use super::strict::{Json, Object};
use super::{Profile, Refusal, SubjectType};

/// The last second of the year 9999. A time in milliseconds is later than this.
const LAST: f64 = 253_402_300_799.0;

/// The rules that the claims are checked against.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) profile: Profile,
    pub(super) issuer: Option<String>,
    pub(super) audiences: Vec<String>,
    pub(super) leeway: f64,
}

impl Rules {
    /// Checks the expiry last: a token is reported as expired only if everything else is valid.
    pub(super) fn check(&self, claims: &Object<'_>, now: f64) -> Result<(), Refusal> {
        check_types(claims)?;
        if claims.has("cnf") {
            return Err(Refusal::Bound);
        }
        let is_missing = |name: &&str| !claims.has(name);
        if self.profile.required.iter().any(is_missing) {
            return Err(Refusal::Missing);
        }
        self.check_names(claims)?;
        self.check_subject(claims)?;
        self.check_times(claims, now)
    }

    /// Checks that the names are present and exactly as configured.
    fn check_names(&self, claims: &Object<'_>) -> Result<(), Refusal> {
        if self.issuer.as_deref().is_some_and(|issuer| claims.text("iss") != Some(issuer)) {
            return Err(Refusal::Issuer);
        }
        let is_ours = |name: &str| self.audiences.iter().any(|audience| audience == name);
        let is_meant = match claims.get("aud") {
            None => self.audiences.is_empty(),
            Some(Json::Text(name)) => is_ours(name),
            Some(names) => names
                .as_list()
                .is_some_and(|names| names.iter().any(|name| name.as_text().is_some_and(is_ours))),
        };
        is_meant.then_some(()).ok_or(Refusal::Audience)
    }

    fn check_subject(&self, claims: &Object<'_>) -> Result<(), Refusal> {
        let is_subject = match (claims.get(self.profile.subject), self.profile.subject_type) {
            (Some(Json::Text(text)), SubjectType::Text) => !text.is_empty(),
            (Some(Json::Integer(_)), SubjectType::Integer) => true,
            _ => false,
        };
        is_subject.then_some(()).ok_or(Refusal::Subject)
    }

    fn check_times(&self, claims: &Object<'_>, now: f64) -> Result<(), Refusal> {
        let latest = now + self.leeway;
        let expiry = time(claims, "exp")?.ok_or(Refusal::Missing)?;
        for name in ["nbf", "iat"] {
            if time(claims, name)?.is_some_and(|start| start > latest) {
                return Err(Refusal::NotYet);
            }
        }
        if expiry > now - self.leeway { Ok(()) } else { Err(Refusal::Expired) }
    }
}

/// Checks the type of every registered claim that is present; a claim of a wrong type is not
/// interpreted.
fn check_types(claims: &Object<'_>) -> Result<(), Refusal> {
    let is_text = |name: &str| claims.get(name).is_none_or(|claim| claim.as_text().is_some());
    let texts = ["iss", "sub", "jti", "client_id", "scope"];
    let is_audience = match claims.get("aud") {
        None | Some(Json::Text(_)) => true,
        Some(Json::List(names)) => {
            !names.is_empty() && names.iter().all(|name| name.as_text().is_some())
        }
        Some(_) => false,
    };
    if is_audience && texts.into_iter().all(is_text) { Ok(()) } else { Err(Refusal::Claims) }
}

/// Returns a `NumericDate` between 1970 and 9999.
fn time(claims: &Object<'_>, name: &str) -> Result<Option<f64>, Refusal> {
    #[expect(clippy::cast_precision_loss, reason = "every date up to the last is exact")]
    let seconds = match claims.get(name) {
        None => return Ok(None),
        Some(Json::Integer(seconds)) => *seconds as f64,
        Some(Json::Float(seconds)) => *seconds,
        Some(_) => return Err(Refusal::Time),
    };
    if (0.0..=LAST).contains(&seconds) { Ok(Some(seconds)) } else { Err(Refusal::Time) }
}

/// Returns whole seconds since 1970; zero for earlier times.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: f64 = 1_700_000_000.0;

    fn rules() -> Rules {
        Rules {
            profile: Profile::general(),
            issuer: Some("https://a".into()),
            audiences: vec!["api".into()],
            leeway: 30.0,
        }
    }

    fn check(more: &str) -> Result<(), Refusal> {
        let right =
            format!(r#"{{"sub":"7","iss":"https://a","aud":"api","exp":1700000001{more}}}"#);
        rules().check(&Object::parse(right.as_bytes()).unwrap(), NOW)
    }

    fn check_with(name: &str, value: &str) -> Result<(), Refusal> {
        let claims =
            [("sub", "\"7\""), ("iss", "\"https://a\""), ("aud", "\"api\""), ("exp", "1700000001")];
        let write = |(known, claim): (&str, &str)| {
            let value = if known == name { value } else { claim };
            (!value.is_empty()).then(|| format!("\"{known}\":{value}"))
        };
        let claims: Vec<_> = claims.into_iter().filter_map(write).collect();
        let claims = format!("{{{}}}", claims.join(","));
        rules().check(&Object::parse(claims.as_bytes()).unwrap(), NOW)
    }

    #[test]
    fn times_have_thirty_seconds_on_either_side() {
        assert_eq!(check_with("exp", "1699999971"), Ok(()));
        assert_eq!(check_with("exp", "1699999970"), Err(Refusal::Expired));
        for name in ["nbf", "iat"] {
            assert_eq!(check(&format!(",\"{name}\":1700000030")), Ok(()), "{name}");
            assert_eq!(check(&format!(",\"{name}\":1700000031")), Err(Refusal::NotYet), "{name}");
        }
        assert_eq!(check_with("exp", "1700000000.5"), Ok(()));
    }

    // A time in milliseconds, which would never expire, is rejected too.
    #[test]
    fn a_time_is_a_number_and_a_date() {
        for value in ["\"1700000001\"", "true", "null", "[]", "{}", "-1", "1e300", "1700000001000"]
        {
            assert_eq!(check_with("exp", value), Err(Refusal::Time), "{value}");
            assert_eq!(check(&format!(",\"nbf\":{value}")), Err(Refusal::Time), "{value}");
            assert_eq!(check(&format!(",\"iat\":{value}")), Err(Refusal::Time), "{value}");
        }
        assert_eq!(check_with("exp", ""), Err(Refusal::Missing));
    }

    #[test]
    fn a_token_is_from_whom_and_for_whom_it_should_be() {
        assert_eq!(check(""), Ok(()));
        assert_eq!(check_with("aud", "[\"other\",\"api\"]"), Ok(()));
        for value in ["\"other\"", "[\"other\"]", "\"API\"", "\"api \"", "\"\"", ""] {
            assert_eq!(check_with("aud", value), Err(Refusal::Audience), "{value}");
        }
        for value in ["\"https://a/\"", "\"HTTPS://a\"", "\"\"", ""] {
            assert_eq!(check_with("iss", value), Err(Refusal::Issuer), "{value}");
        }
        let other = Rules { audiences: Vec::new(), ..rules() };
        let claims = br#"{"sub":"7","iss":"https://a","aud":"api","exp":1700000001}"#;
        assert_eq!(other.check(&Object::parse(claims).unwrap(), NOW), Err(Refusal::Audience));
    }

    #[test]
    fn every_claim_has_its_type() {
        for value in ["42", "true", "null", "{}", "[\"a\"]"] {
            for name in ["iss", "sub"] {
                assert_eq!(check_with(name, value), Err(Refusal::Claims), "{name} {value}");
            }
            for name in ["jti", "client_id", "scope"] {
                assert_eq!(check(&format!(",\"{name}\":{value}")), Err(Refusal::Claims), "{name}");
            }
        }
        for value in ["42", "true", "null", "{}", "[]", "[\"api\",42]", "[[\"api\"]]"] {
            assert_eq!(check_with("aud", value), Err(Refusal::Claims), "{value}");
        }
        assert_eq!(check_with("sub", "\"\""), Err(Refusal::Subject));
        assert_eq!(check_with("sub", ""), Err(Refusal::Subject));
    }

    #[test]
    fn a_bound_token_is_no_bearer_token() {
        assert_eq!(check(",\"cnf\":{\"jkt\":\"x\"}"), Err(Refusal::Bound));
        assert_eq!(check(",\"cnf\":null"), Err(Refusal::Bound));
    }
}
