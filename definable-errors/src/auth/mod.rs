//! Authentication: bearer tokens, API keys, internal callers, and sockets.
//!
//! A service defines once how a token is verified, and puts the verifier into its state. Handlers
//! take [`Authenticated`] as an argument:
//!
//! ```
//! # use std::sync::Arc;
//! # use axum::{Router, routing::get};
//! # use definable_errors::auth::{Authenticated, Bearer, Principal, Verify};
//! # use definable_errors::context::Subject;
//! # use definable_errors::{ApiError, ApiErrorLayer};
//! # struct User { name: String }
//! # impl Principal for User {
//! #     fn subject(&self) -> Subject { Subject::user(&self.name) }
//! # }
//! async fn me(user: Authenticated<User>) -> String {
//!     format!("Hello, {}!", user.name)
//! }
//!
//! let verifier: Arc<dyn Verify<User>> = Arc::new(|token: Bearer| async move {
//!     // A query to the table of sessions, for instance.
//!     match token.as_str() {
//!         "mF_9.B5f-4.1JqM" => Ok(User { name: "ada".into() }),
//!         _ => Err(ApiError::invalid_token()),
//!     }
//! });
//! let app: Router =
//!     Router::new().route("/me", get(me)).layer(ApiErrorLayer::new()).with_state(verifier);
//! ```
//!
//! The type of the caller is your own. It implements [`Principal`], so that logs and limits know who
//! it is:
//!
//! ```
//! use definable_errors::auth::Principal;
//! use definable_errors::context::Subject;
//!
//! struct User {
//!     name: String,
//! }
//!
//! impl Principal for User {
//!     fn subject(&self) -> Subject {
//!         Subject::user(&self.name)
//!     }
//! }
//! ```
//!
//! A state with more than a verifier gives it to the extractors by axum's `FromRef`, which axum derives
//! with its feature `macros`:
//!
//! ```
//! # use std::sync::Arc;
//! use axum::extract::FromRef;
//! # use definable_errors::auth::Verify;
//!
//! # struct User;
//! #[derive(Clone)]
//! struct AppState {
//!     verifier: Arc<dyn Verify<User>>,
//! }
//!
//! impl FromRef<AppState> for Arc<dyn Verify<User>> {
//!     fn from_ref(state: &AppState) -> Self {
//!         state.verifier.clone()
//!     }
//! }
//! ```
//!
//! A request without credentials is rejected with 401 `missing_credentials` and `WWW-Authenticate:
//! Bearer realm="api"` (RFC 6750 §3.1: no error is named). A header that is malformed, sent twice
//! or combined with an `access_token` in the query is 400 `invalid_authorization`; a token that the
//! verifier rejects gets the verifier's error, such as 401 `invalid_token`.
//! [`ApiErrorLayer::challenge`](crate::ApiErrorLayer::challenge) sets the realm, or where to learn
//! more.
//!
//! [`MaybeAuthenticated`] is for routes that are open to all callers.
//!
//! # Other credentials than `Authorization: Bearer`
//!
//! [`Credentials`] are a scheme such as `Token`, a header, a cookie, or the first of several. An
//! [`Authenticator`] adds them to a verifier, and all extractors of this module and of `rbac` read
//! them:
//!
//! ```
//! use std::sync::Arc;
//!
//! use definable_errors::auth::{Authenticator, Credentials, Verify};
//!
//! fn with_cookie<P: 'static>(verifier: impl Verify<P>) -> Arc<dyn Verify<P>> {
//!     let credentials =
//!         Credentials::first_of([Credentials::bearer(), Credentials::cookie("__Host-session")]);
//!     Arc::new(Authenticator::new(verifier).credentials(credentials))
//! }
//! ```
//!
//! # A verifier from a layer
//!
//! A router that does not know the service's state takes its verifier from a layer around it:
//! [`verifier_layer`] provides it, and [`verifier_from_layer`] is the state of such a router.
//!
//! # Before a whole router
//!
//! ```
//! # use std::sync::Arc;
//! # use axum::{Router, routing::get};
//! # use definable_errors::auth::{Authenticated, Principal, Verify};
//! # use definable_errors::guard;
//! fn closed<P: Principal>(verifier: Arc<dyn Verify<P>>) -> Router {
//!     Router::new()
//!         .route("/users", get(|| async { "all of them" }))
//!         .route_layer(guard::from_extractor::<Authenticated<P>, _>(verifier))
//! }
//! ```
//!
//! With `route_layer`, an unknown route is still a 404; with `layer` it is a 401. A wrong method is
//! a 405 for callers that are admitted; if the guard is an argument of the handler, it is a 405 for
//! all callers. A token is verified once: a handler further in that extracts it again gets the same
//! principal.
//!
//! # Programs
//!
//! A program authenticates with an API key: [`ApiKey`], looked up by its digest in the service's
//! [`ApiKeys`]. Services of the same system authenticate to each other with an [`InternalToken`].
//!
//! ```
//! use std::collections::HashMap;
//!
//! use axum::{Router, routing::post};
//! use definable_errors::auth::{
//!     ApiKey, ApiKeyRecord, ApiKeys, ApiKeyStore, Principal, SecretDigest,
//! };
//! use definable_errors::context::Subject;
//! use definable_errors::error::ApiFuture;
//! use definable_errors::{ApiError, ApiErrorLayer};
//!
//! #[derive(Clone)]
//! struct Client(&'static str);
//!
//! impl Principal for Client {
//!     fn subject(&self) -> Subject {
//!         Subject::api_key(self.0)
//!     }
//! }
//!
//! struct Table(HashMap<SecretDigest, ApiKeyRecord<Client>>);
//!
//! impl ApiKeyStore<Client> for Table {
//!     fn find<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, Option<ApiKeyRecord<Client>>> {
//!         ApiFuture::ready(Ok(self.0.get(digest).cloned()))
//!     }
//! }
//!
//! async fn ingest(key: ApiKey<Client>) -> Result<(), ApiError> {
//!     key.require("kb:write")
//! }
//!
//! let digest = SecretDigest::sha256("kb_live_51fd2b0c");
//! let record = ApiKeyRecord::new(digest, Client("ingest")).with_scopes(["kb:write"]);
//! let app: Router = Router::new()
//!     .route("/ingest", post(ingest))
//!     .layer(ApiErrorLayer::new())
//!     .with_state(ApiKeys::new(Table(HashMap::from([(digest, record)]))));
//! # let _ = app;
//! ```
//!
//! # Sockets
//!
//! [`SocketAuthenticated`] supports the three ways in which a browser can send a token with a
//! WebSocket handshake, and checks the page's origin: [`SocketPolicy`]. `?token=…` is ignored
//! unless a [`QueryTokenLayer`] removes it from the URL before it can be logged.
//!
//! # Logging in
//!
//! A service that logs in its own users issues a short-lived access token, with the feature `jwt`
//! an `auth::jwt::Issuer`, and a [`RefreshToken`] that can be used once: [`RefreshTokens`]. A
//! failed login is [`ApiError::invalid_credentials`](crate::ApiError::invalid_credentials), the
//! same for an unknown user and a wrong password.
//!
//! # Other issuers
//!
//! Tokens of another issuer are verified by the keys that it publishes (feature `jwks`), or by asking
//! it about each token: `oauth::Introspection` (feature `oauth`), where `oauth` also logs in users at
//! a provider.
//!
//! # Operators
//!
//! The reason why a token was rejected is in the error's notes and never in the response; only a
//! token with a valid signature is reported as expired. The token itself is not logged, and once it
//! was read, its header, or `Cookie`, prints as `Sensitive`; for a layer further out that prints headers, use
//! tower-http's `SetSensitiveRequestHeadersLayer`. The [`Subject`](crate::context::Subject) in the
//! request's context is the authenticated caller.

mod api_key;
mod authenticated;
mod authenticator;
mod bearer;
mod cookie;
mod credentials;
mod internal_token;
#[cfg(feature = "jwks")]
pub mod jwks;
#[cfg(feature = "jwt")]
pub mod jwt;
mod query_token;
mod refresh_token;
mod refresh_tokens;
mod secret;
mod secret_digest;
mod socket;
mod source;

pub use self::api_key::{ApiKey, ApiKeyRecord, ApiKeyState, ApiKeyStore, ApiKeys, NewApiKey};
#[cfg(feature = "rbac")]
pub(crate) use self::authenticated::challenge_of_caller;
pub use self::authenticated::{Authenticated, MaybeAuthenticated, Principal};
use self::authenticator::default_credentials;
pub use self::authenticator::{Authenticator, verifier_from_layer, verifier_layer};
pub use self::bearer::{Bearer, BearerTokenError};
pub use self::credentials::Credentials;
pub use self::internal_token::{InternalToken, InternalTokens, WeakSecretError};
pub use self::query_token::{QueryTokenLayer, QueryTokenService};
pub use self::refresh_token::{RefreshRecord, RefreshState, RefreshToken, Rotation};
pub use self::refresh_tokens::{MemoryRefreshStore, RefreshStore, RefreshTokens, Refreshed};
pub use self::secret::Secret;
#[cfg(feature = "jwt")]
use self::secret::is_guessable;
pub use self::secret_digest::SecretDigest;
#[cfg(any(feature = "jwt", feature = "oauth"))]
pub(crate) use self::secret_digest::random_bytes;
pub use self::socket::{SOCKET_PROTOCOL, SocketAuthenticated, SocketPolicy};
use crate::error::{ApiError, ApiFuture};

/// A verifier of bearer tokens, which returns their principals.
///
/// A rejection is an [`ApiError`](struct@crate::ApiError), such as
/// [`ApiError::invalid_token`](crate::ApiError::invalid_token). If a store fails, the error is a
/// 5xx, never a 401: the caller is unknown then, and that is not the caller's fault.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not verify tokens of `{P}`",
    note = "implement `Verify<{P}>`, or use `auth::jwt::JwtVerifier`"
)]
pub trait Verify<P>: Send + Sync + 'static {
    /// Returns the principal of a valid token.
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, P>;

    /// Returns where the token is in a request; the default is `Authorization: Bearer`. An
    /// [`Authenticator`] sets it for any verifier.
    fn credentials(&self) -> &Credentials {
        default_credentials()
    }
}

/// A closure that takes the token and returns a future of the principal is a verifier.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::auth::{Bearer, Verify};
///
/// fn verifier() -> impl Verify<String> {
///     |token: Bearer| async move {
///         match token.as_str() {
///             "mF_9.B5f-4.1JqM" => Ok("ada".to_owned()),
///             _ => Err(ApiError::invalid_token()),
///         }
///     }
/// }
/// # let _ = verifier();
/// ```
impl<P, F, R> Verify<P> for F
where
    F: Fn(Bearer) -> R + Send + Sync + 'static,
    R: Future<Output = Result<P, ApiError>> + Send + 'static,
{
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, P> {
        ApiFuture::boxed(self(token.clone()))
    }
}
