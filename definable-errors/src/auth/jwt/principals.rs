//! Principals for services that need no type of their own.

use serde::Deserialize;

use crate::auth::Principal;
use crate::context::Subject;

/// The caller of [`Profile::legacy_hs256`](super::Profile::legacy_hs256), whose id is a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct OriginalClaims {
    /// Who it is.
    pub id: String,
}

impl Principal for OriginalClaims {
    fn subject(&self) -> Subject {
        Subject::user(&self.id)
    }
}

/// The caller of [`Profile::general`](super::Profile::general) and
/// [`Profile::rfc9068`](super::Profile::rfc9068).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AccessClaims {
    /// Who it is.
    pub sub: String,
    /// The program that asks for them.
    #[serde(default)]
    pub client_id: Option<String>,
    /// What the token was issued for: words with a space between.
    #[serde(default)]
    pub scope: Option<String>,
    /// The token's own id.
    #[serde(default)]
    pub jti: Option<String>,
    /// How the caller logged in (RFC 9470).
    #[serde(default)]
    pub acr: Option<String>,
    /// When the caller logged in, in seconds since 1970 (RFC 9470).
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
