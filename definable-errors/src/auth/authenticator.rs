//! A verifier together with the credentials that it reads, and verifiers that come from a layer.

use std::fmt;
use std::sync::Arc;

use axum::Extension;

use super::credentials::{BEARER, FROM_LAYER};
use super::{Bearer, Credentials, Verify};
use crate::error::{ApiError, ApiFuture};
use crate::problem::{INTERNAL_ERROR, Problem};

/// A verifier together with the credentials that it reads.
///
/// It is a verifier itself, and goes into the state like any other. A verifier without it reads
/// `Authorization: Bearer`.
///
/// ```
/// use std::sync::Arc;
///
/// use axum::{Router, routing::get};
/// use definable_errors::auth::{
///     Authenticated, Authenticator, Bearer, Credentials, Principal, Verify,
/// };
/// use definable_errors::context::Subject;
/// use definable_errors::{ApiError, ApiErrorLayer};
/// # use http::{Request, StatusCode};
/// # use tower::ServiceExt;
///
/// struct User(String);
///
/// impl Principal for User {
///     fn subject(&self) -> Subject {
///         Subject::user(&self.0)
///     }
/// }
///
/// let sessions = |token: Bearer| async move {
///     match token.as_str() {
///         "mF_9.B5f-4.1JqM" => Ok(User("ada".into())),
///         _ => Err(ApiError::invalid_token()),
///     }
/// };
/// let token = Credentials::scheme("Token").malformed_status(401);
/// let verifier: Arc<dyn Verify<User>> =
///     Arc::new(Authenticator::new(sessions).credentials(token));
///
/// let app: Router = Router::new()
///     .route("/user", get(|user: Authenticated<User>| async move { user.0.0.clone() }))
///     .layer(ApiErrorLayer::new())
///     .with_state(verifier);
/// # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # rt.block_on(async {
/// let request = Request::get("/user").header("Authorization", "Token mF_9.B5f-4.1JqM");
/// # let request = request.body(axum::body::Body::empty()).unwrap();
/// assert_eq!(app.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
///
/// let request = Request::get("/user").header("Authorization", "Token");
/// # let request = request.body(axum::body::Body::empty()).unwrap();
/// let response = app.oneshot(request).await.unwrap();
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// assert_eq!(response.headers()["www-authenticate"], "Token realm=\"api\"");
/// # });
/// ```
#[derive(Clone)]
#[must_use]
pub struct Authenticator<V> {
    verifier: V,
    credentials: Credentials,
}

impl<V> Authenticator<V> {
    /// Verifies bearer tokens with this verifier.
    pub const fn new(verifier: V) -> Self {
        Self { verifier, credentials: Credentials::bearer() }
    }

    /// Sets the credentials that are read.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }
}

impl<P, V: Verify<P>> Verify<P> for Authenticator<V> {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, P> {
        self.verifier.verify(token)
    }

    fn credentials(&self) -> &Credentials {
        &self.credentials
    }
}

impl<V> fmt::Debug for Authenticator<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// Creates a layer that provides a verifier to the routes inside it, whose state is
/// [`verifier_from_layer`].
///
/// It is axum's `Extension` with the type that the extractors look for.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::auth::{self, Authenticated, Bearer, Principal};
/// # use definable_errors::context::Subject;
/// # use definable_errors::{ApiError, ApiErrorLayer};
/// # use http::{Request, StatusCode};
/// # use tower::ServiceExt;
/// # struct User(String);
/// # impl Principal for User {
/// #     fn subject(&self) -> Subject {
/// #         Subject::user(&self.0)
/// #     }
/// # }
///
/// /// Routes that know neither the state of the service nor its verifier.
/// fn reports() -> Router {
///     Router::new()
///         .route("/reports", get(|user: Authenticated<User>| async move { user.0.0.clone() }))
///         .with_state(auth::verifier_from_layer::<User>())
/// }
///
/// let sessions = |token: Bearer| async move {
///     match token.as_str() {
///         "mF_9.B5f-4.1JqM" => Ok(User("ada".into())),
///         _ => Err(ApiError::invalid_token()),
///     }
/// };
/// let app = Router::new()
///     .nest("/admin", reports())
///     .layer(auth::verifier_layer::<User>(sessions))
///     .layer(ApiErrorLayer::new());
/// # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # rt.block_on(async {
/// # let request = Request::get("/admin/reports").header("Authorization", "Bearer mF_9.B5f-4.1JqM");
/// # let request = request.body(axum::body::Body::empty()).unwrap();
/// # assert_eq!(app.oneshot(request).await.unwrap().status(), StatusCode::OK);
/// # });
/// ```
#[must_use = "a layer does nothing until it is added to a service"]
pub fn verifier_layer<P: 'static>(verifier: impl Verify<P>) -> Extension<Arc<dyn Verify<P>>> {
    Extension(Arc::new(verifier))
}

/// Returns a placeholder for the verifier that a layer provides: the verifier and the
/// credentials of the [`verifier_layer`] around the routes, or of a
/// [`guard::from_extractor`](crate::guard::from_extractor) that has verified the caller before them.
///
/// It is for routers that are built without the state of the service, such as those of another
/// crate: pass it to their `with_state`, or return it from a `FromRef` of their own state. If there
/// is no such layer, every request is a 500 whose note names the remedy.
pub fn verifier_from_layer<P: 'static>() -> Arc<dyn Verify<P>> {
    Arc::new(FromLayer)
}

struct FromLayer;

impl<P: 'static> Verify<P> for FromLayer {
    fn verify<'a>(&'a self, _: &'a Bearer) -> ApiFuture<'a, P> {
        ApiFuture::ready(Err(no_layer()))
    }

    fn credentials(&self) -> &Credentials {
        &FROM_LAYER
    }
}

/// Creates the error of routes that need a layer and have none.
pub(super) fn no_layer() -> ApiError {
    ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
        .with_note("no layer provides a verifier: put `auth::verifier_layer` around these routes")
}

/// The default of [`Verify::credentials`].
pub(super) fn default_credentials() -> &'static Credentials {
    &BEARER
}
