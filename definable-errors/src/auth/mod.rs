//! Who asks: tokens, API keys, internal callers, and sockets.
//!
//! A service says once how a token is verified, and puts the verifier into its state. Handlers ask
//! for [`Authenticated`]:
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{Router, extract::FromRef, routing::get};
//! use definable_errors::auth::{Answer, Authenticated, Bearer, Principal, Verify};
//! use definable_errors::context::Subject;
//! use definable_errors::{ApiError, ApiErrorLayer};
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
//!
//! /// Looks tokens up in the table of sessions.
//! struct Sessions;
//!
//! impl Verify<User> for Sessions {
//!     fn verify<'a>(&'a self, token: &'a Bearer) -> Answer<'a, User> {
//!         Answer::later(async move {
//!             match token.as_str() {
//!                 "mF_9.B5f-4.1JqM" => Ok(User { name: "ada".into() }),
//!                 _ => Err(ApiError::invalid_token()),
//!             }
//!         })
//!     }
//! }
//!
//! #[derive(Clone)]
//! struct AppState {
//!     verifier: Arc<dyn Verify<User>>,
//! }
//!
//! // With axum's feature `macros`: `#[derive(FromRef)]` on `AppState`.
//! impl FromRef<AppState> for Arc<dyn Verify<User>> {
//!     fn from_ref(state: &AppState) -> Self {
//!         state.verifier.clone()
//!     }
//! }
//!
//! async fn me(user: Authenticated<User>) -> String {
//!     user.name.clone()
//! }
//!
//! let app: Router = Router::new()
//!     .route("/me", get(me))
//!     .layer(ApiErrorLayer::new())
//!     .with_state(AppState { verifier: Arc::new(Sessions) });
//! # let _ = app;
//! ```
//!
//! Whoever sends nothing gets 401 `missing_credentials` and `WWW-Authenticate: Bearer realm="api"`
//! (RFC 6750 §3.1: no error is named). A header that is malformed, sent twice or beside an
//! `access_token` in the query is 400 `invalid_authorization`; a token that the verifier refuses is
//! what the verifier says, such as 401 `invalid_token`. The realm, or where to learn more, is
//! [`ApiErrorLayer::challenge`](crate::ApiErrorLayer::challenge)'s.
//!
//! [`MaybeAuthenticated`] is for routes that are open to everybody.
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
//! With `route_layer`, an unknown route is still a 404; with `layer` it is a 401. A wrong method is a
//! 405 for those who may enter; where the guard is a handler's argument, for everybody. A token is
//! verified once: a handler below that asks again gets the same principal.
//!
//! # Programs
//!
//! A program shows an API key: [`ApiKey`], looked up by its digest in the service's [`ApiKeys`].
//! Services of the same house show each other an [`InternalToken`].
//!
//! ```
//! use std::collections::HashMap;
//!
//! use axum::{Router, routing::post};
//! use definable_errors::auth::{
//!     Answer, ApiKey, ApiKeyRecord, ApiKeys, ApiKeyStore, Principal, SecretDigest,
//! };
//! use definable_errors::context::Subject;
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
//!     fn find<'a>(&'a self, digest: &'a SecretDigest) -> Answer<'a, Option<ApiKeyRecord<Client>>> {
//!         Answer::ready(Ok(self.0.get(digest).cloned()))
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
//! [`SocketAuthenticated`] knows the three ways in which a browser can show a token with a WebSocket
//! handshake, and looks at the page's origin: [`SocketPolicy`]. `?token=…` is nobody's credential
//! unless a [`QueryTokenLayer`] takes it out of the URL before anybody can log it.
//!
//! # Logging in
//!
//! A service that logs its users in itself issues a short access token, with the feature `jwt` an
//! `auth::jwt::Issuer`, and a [`RefreshToken`] that is used once: [`RefreshTokens`]. A login that
//! fails is [`ApiError::invalid_credentials`](crate::ApiError::invalid_credentials), the same for an
//! unknown user and a wrong password.
//!
//! # Operators
//!
//! Why a token was refused stands in the error's notes and never in the answer: an expired token is
//! told apart only behind a valid signature. The token itself is nowhere, and once it was read, its
//! header prints as `Sensitive`; a layer further out that prints headers wants tower-http's
//! `SetSensitiveRequestHeadersLayer`. Whoever was let in is the
//! [`Subject`](crate::context::Subject) of the request's context.

mod answer;
mod api_key;
mod api_key_record;
mod api_key_store;
mod api_keys;
mod authenticated;
mod bearer;
mod clock;
mod credentials;
mod internal_token;
#[cfg(feature = "jwks")]
pub mod jwks;
#[cfg(feature = "jwt")]
pub mod jwt;
mod maybe_authenticated;
mod memory_refresh_store;
mod new_api_key;
mod principal;
mod query_token;
mod random;
mod refresh_record;
mod refresh_store;
mod refresh_token;
mod refresh_tokens;
mod secret;
mod secret_digest;
mod secret_header;
mod socket_authenticated;
mod socket_policy;
mod verified;

pub use self::answer::Answer;
pub use self::api_key::ApiKey;
pub use self::api_key_record::{ApiKeyRecord, ApiKeyState};
pub use self::api_key_store::ApiKeyStore;
pub use self::api_keys::ApiKeys;
pub use self::authenticated::Authenticated;
pub use self::bearer::{Bearer, BearerTokenError};
pub use self::clock::{Clock, DefaultClock};
pub use self::internal_token::{InternalToken, InternalTokens, WeakSecretError};
pub use self::maybe_authenticated::MaybeAuthenticated;
pub use self::memory_refresh_store::MemoryRefreshStore;
pub use self::new_api_key::NewApiKey;
pub use self::principal::Principal;
pub use self::query_token::{QueryTokenLayer, QueryTokenService};
pub use self::refresh_record::{RefreshRecord, RefreshState, Rotation};
pub use self::refresh_store::RefreshStore;
pub use self::refresh_token::RefreshToken;
pub use self::refresh_tokens::{RefreshTokens, Refreshed};
#[cfg(feature = "jwt")]
use self::secret::is_guessable;
pub use self::secret_digest::SecretDigest;
pub use self::socket_authenticated::{SOCKET_PROTOCOL, SocketAuthenticated};
pub use self::socket_policy::{OriginError, SocketPolicy};

/// Finds out whose token it is.
///
/// A refusal is an [`ApiError`](struct@crate::ApiError), such as
/// [`ApiError::invalid_token`](crate::ApiError::invalid_token). A store that fails is a 5xx, never a
/// 401: who asks is not known, and that is not the caller's fault.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not verify tokens of `{P}`",
    note = "implement `Verify<{P}>`, or use `auth::jwt::JwtVerifier`"
)]
pub trait Verify<P>: Send + Sync + 'static {
    /// The principal of a valid token.
    fn verify<'a>(&'a self, token: &'a Bearer) -> Answer<'a, P>;
}
