use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::credentials::{INVALID, MISSING};
use super::{ApiKeys, Principal};
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::guard::{RouteGuard, Security, SecurityScheme};
use crate::problem::{INSUFFICIENT_PERMISSIONS, INVALID_API_KEY, Problem, ProblemTypes, Types};

/// An extractor for programs whose API key the service knows. The key is looked up once per
/// request.
///
/// The state's [`ApiKeys`] define which header contains the key and where it is looked up.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::auth::ApiKey;
/// # use definable_errors::auth::Principal;
/// # use definable_errors::context::Subject;
/// # struct Client;
/// # impl Principal for Client {
/// #     fn subject(&self) -> Subject {
/// #         Subject::api_key("ingest")
/// #     }
/// # }
///
/// async fn ingest(key: ApiKey<Client>) -> Result<(), ApiError> {
///     key.require("kb:write")
/// }
/// # let _ = ingest;
/// ```
pub struct ApiKey<P> {
    principal: Arc<P>,
    scopes: Arc<[String]>,
}

impl<P> ApiKey<P> {
    /// Returns the principal that the key belongs to.
    pub const fn principal(&self) -> &Arc<P> {
        &self.principal
    }

    /// Returns the scopes of the key.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns whether the key has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }

    /// Rejects a key that does not have this scope.
    ///
    /// # Errors
    ///
    /// Returns 403 `insufficient_permissions`. There is no new challenge: another login would not
    /// help.
    pub fn require(&self, scope: &str) -> Result<(), ApiError> {
        if self.has_scope(scope) {
            return Ok(());
        }
        Err(ApiError::unlocated(Problem::new(&INSUFFICIENT_PERMISSIONS))
            .with_detail(format!("Access denied. Required: {scope}"))
            .with_member("required", scope))
    }
}

/// Stored in the request by the first extractor.
struct Known<P> {
    by: ApiKeys<P>,
    key: ApiKey<P>,
}

impl<P: Principal, S: Sync> FromRequestParts<S> for ApiKey<P>
where
    ApiKeys<P>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let keys = ApiKeys::from_ref(state);
        if let Some(known) = parts.extensions.get::<Known<P>>().filter(|it| it.by.is_same(&keys)) {
            return Ok(known.key.clone());
        }
        let record = keys.known(parts).await?;
        let key = Self { principal: Arc::new(record.principal), scopes: record.scopes.into() };
        RequestContext::of(parts).set_subject(key.principal.subject());
        parts.extensions.insert(Known { by: keys, key: key.clone() });
        Ok(key)
    }
}

impl<P> RouteGuard for ApiKey<P> {
    fn policy() -> String {
        "API key".to_owned()
    }

    /// The header is the default one of [`ApiKeys`]: a setting of the state is not known here.
    fn security() -> Security {
        Security::new(SecurityScheme::header(ApiKeys::<P>::DEFAULT_HEADER))
    }
}

impl<P> ProblemTypes for ApiKey<P> {
    const TYPES: Types = Types { own: &[INVALID, MISSING, &INVALID_API_KEY], others: &[] };
}

impl<P> Deref for ApiKey<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.principal
    }
}

/// `Clone` is implemented by hand, because `P` need not be `Clone`.
impl<P> Clone for ApiKey<P> {
    fn clone(&self) -> Self {
        Self { principal: self.principal.clone(), scopes: self.scopes.clone() }
    }
}

impl<P> Clone for Known<P> {
    fn clone(&self) -> Self {
        Self { by: self.by.clone(), key: self.key.clone() }
    }
}

impl<P: fmt::Debug> fmt::Debug for ApiKey<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("principal", &self.principal)
            .field("scopes", &self.scopes)
            .finish()
    }
}
