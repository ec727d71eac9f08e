//! Principals for services that need no type of their own.

use serde::Deserialize;

use crate::auth::Principal;
use crate::context::Subject;

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
    fn a_scope_is_a_whole_word() {
        let json = r#"{"sub":"7","scope":"kb:read kb:write","exp":1}"#;
        let claims: AccessClaims = serde_json::from_str(json).unwrap();
        assert!(claims.has_scope("kb:read") && claims.has_scope("kb:write"));
        assert!(
            !["kb", "kb:rea", "read", "", "KB:READ"].iter().any(|scope| claims.has_scope(scope))
        );
    }
}
