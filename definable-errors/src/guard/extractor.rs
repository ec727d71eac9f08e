//! Extractors as guards: in the signature of a handler, and before a whole router.

use axum::extract::FromRequestParts;
use axum::middleware::{FromExtractorLayer, from_extractor_with_state};

use super::Security;
use crate::problem::ProblemTypes;

/// An extractor that decides which callers may proceed, so it can be the first argument of a
/// handler.
///
/// The extractors of authentication and RBAC implement it. Implement it for an extractor of your
/// own that rejects callers:
///
/// ```
/// use definable_errors::guard::RouteGuard;
/// use definable_errors::problem::{FORBIDDEN, ProblemTypes, Types};
///
/// struct Internal;
///
/// impl RouteGuard for Internal {
///     fn policy() -> String {
///         "internal callers".to_owned()
///     }
/// }
///
/// impl ProblemTypes for Internal {
///     const TYPES: Types = Types { own: &[&FORBIDDEN], others: &[] };
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a guard; the first argument of a guarded handler must be one",
    label = "put a guard first, such as `Authenticated<…>`, `Require<…>` or, for an open route, `Public`",
    note = "found `{Self}`, expected a `RouteGuard`: `auth::Authenticated<…>`, `rbac::Member<…>`, `rbac::Require<…>`, …",
    note = "`router::Public` opens the route to every caller on purpose"
)]
pub trait RouteGuard: ProblemTypes {
    /// Describes which callers may pass, in a few words, for a line of the route table.
    fn policy() -> String;

    /// Returns the credentials that the guard requires, for documents such as `OpenAPI`. By default,
    /// none.
    ///
    /// ```
    /// use definable_errors::guard::{RouteGuard, Security, SecurityScheme};
    /// # use definable_errors::problem::{ProblemTypes, Types, UNAUTHORIZED};
    ///
    /// struct Session;
    ///
    /// impl RouteGuard for Session {
    ///     fn policy() -> String {
    ///         "session".to_owned()
    ///     }
    ///
    ///     fn security() -> Security {
    ///         Security::new(SecurityScheme::cookie("session"))
    ///     }
    /// }
    /// # impl ProblemTypes for Session {
    /// #     const TYPES: Types = Types { own: &[&UNAUTHORIZED], others: &[] };
    /// # }
    /// ```
    fn security() -> Security {
        Security::NONE
    }
}

/// Creates a layer that runs an extractor before a whole router: no handler sees a request that the
/// extractor rejects.
///
/// `state` is the state that the extractor needs, `()` if it needs none. The extracted value is
/// dropped; a handler that needs it extracts it again.
///
/// ```
/// use axum::extract::FromRequestParts;
/// use axum::{Router, routing::get};
/// use definable_errors::{ApiError, guard};
/// use http::request::Parts;
///
/// struct Internal;
///
/// impl<S: Sync> FromRequestParts<S> for Internal {
///     type Rejection = ApiError;
///
///     async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
///         match parts.headers.contains_key("x-internal") {
///             true => Ok(Self),
///             false => Err(ApiError::forbidden("For internal callers only.")),
///         }
///     }
/// }
///
/// let app: Router = Router::new()
///     .route("/", get(|| async { "hello" }))
///     .layer(guard::from_extractor::<Internal, _>(()));
/// # let _ = app;
/// ```
pub fn from_extractor<E, S>(state: S) -> FromExtractorLayer<E, S>
where
    E: FromRequestParts<S> + 'static,
{
    from_extractor_with_state(state)
}
