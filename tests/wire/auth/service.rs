//! A service whose verifier counts its calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::FromRef;
use axum::routing::get as on_get;
use definable_errors::auth::{Authenticated, Bearer, MaybeAuthenticated, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::{ApiError, ApiErrorLayer};
use http::{HeaderValue, Request, header};
use support::get;

#[derive(Debug)]
pub(super) struct User {
    pub(super) name: String,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user(&self.name)
    }
}

/// A verifier that accepts one token; another one is expired, and one cannot be looked up.
#[derive(Clone, Default)]
pub(super) struct Sessions(pub(super) Arc<AtomicUsize>);

impl Verify<User> for Sessions {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, User> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let known = match token.as_str() {
            "good" => Ok(User { name: "ada".into() }),
            "expired" => Err(ApiError::token_expired()),
            "unreachable" => Err(ApiError::internal_error().with_note("the store is gone")),
            _ => Err(ApiError::invalid_token()),
        };
        ApiFuture::boxed(async { known })
    }
}

#[derive(Clone)]
pub(super) struct AppState(pub(super) Arc<dyn Verify<User>>);

impl FromRef<AppState> for Arc<dyn Verify<User>> {
    fn from_ref(state: &AppState) -> Self {
        state.0.clone()
    }
}

pub(super) fn state() -> AppState {
    AppState(Arc::new(Sessions::default()))
}

pub(super) fn routes() -> Router<AppState> {
    let me = |user: Authenticated<User>| async move { user.name.clone() };
    let greet = |MaybeAuthenticated(user): MaybeAuthenticated<User>| async move {
        user.map_or("nobody".to_owned(), |user| user.name.clone())
    };
    Router::new().route("/me", on_get(me)).route("/greet", on_get(greet))
}

pub(super) fn app() -> Router {
    routes().layer(ApiErrorLayer::new()).with_state(state())
}

/// Returns a `GET` request with the given `Authorization` fields in order.
pub(super) fn with(path: &str, fields: &[&str]) -> Request<Body> {
    let mut request = get(path);
    for field in fields {
        let value = HeaderValue::from_bytes(field.as_bytes()).unwrap();
        request.headers_mut().append(header::AUTHORIZATION, value);
    }
    request
}
