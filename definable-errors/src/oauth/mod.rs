//! OAuth 2.0: logins at a provider, tokens that a provider is asked about, and the errors and the
//! metadata of services that accept or issue tokens.
//!
//! # Logging in users
//!
//! A login is two routes. The first sends the user to the provider, which sends the user back to the
//! second (authorization code grant, RFC 6749 §4.1, with PKCE, RFC 7636):
//!
//! ```
//! use axum::extract::FromRef;
//! use axum::response::{IntoResponse, Redirect, Response};
//! use axum::{Router, routing::get};
//! use definable_errors::oauth::{Callback, Login, OAuthClient};
//! use definable_errors::{ApiError, ApiErrorLayer};
//! # use axum::body::Body;
//! # use http::{Request, header};
//! # use tower::ServiceExt;
//!
//! #[derive(Clone)]
//! struct AppState {
//!     oauth: OAuthClient,
//! }
//!
//! impl FromRef<AppState> for OAuthClient {
//!     fn from_ref(state: &AppState) -> Self {
//!         state.oauth.clone()
//!     }
//! }
//!
//! async fn start(login: Login) -> Response {
//!     login.return_to("/orders").redirect()
//! }
//!
//! async fn callback(callback: Callback) -> Result<Response, ApiError> {
//!     callback
//!         .complete(|login| async move {
//!             let session = open_session(login.tokens().access_token()).await?;
//!             Ok(([("set-cookie", session)], login.redirect()))
//!         })
//!         .await
//! }
//!
//! async fn open_session(access_token: &str) -> Result<String, ApiError> {
//!     // Look up who it is, with `OAuthClient::user_info` for instance, and remember it.
//! #   let _ = access_token;
//!     Ok("__Host-session=…; Secure; HttpOnly; SameSite=Lax; Path=/".to_owned())
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let oauth = OAuthClient::builder("orders")
//!     .client_secret("the secret of the registration")
//!     .authorization_endpoint("https://id.example.com/authorize")
//!     .token_endpoint("https://id.example.com/token")
//!     .issuer("https://id.example.com")
//!     .redirect_uri("https://orders.example.com/oauth/callback")
//!     .scopes(["openid", "email"])
//!     .cookie_key("kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO")
//!     .build()?;
//! let app = Router::new()
//!     .route("/oauth/start", get(start))
//!     .route("/oauth/callback", get(callback))
//!     .layer(ApiErrorLayer::new())
//!     .with_state(AppState { oauth });
//!
//! # let rt = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # rt.block_on(async {
//! let request = Request::get("/oauth/start").body(Body::empty()).unwrap();
//! let response = app.clone().oneshot(request).await.unwrap();
//! assert_eq!(response.status(), 303);
//! let provider = response.headers()[header::LOCATION].to_str().unwrap();
//! assert!(provider.starts_with("https://id.example.com/authorize?response_type=code"));
//! assert!(provider.contains("&code_challenge_method=S256"));
//!
//! // A callback that belongs to no login of this browser.
//! let forged = "/oauth/callback?code=stolen&state=made-up";
//! let request = Request::get(forged).body(Body::empty()).unwrap();
//! let response = app.oneshot(request).await.unwrap();
//! assert_eq!(response.status(), 400); // `oauth_login_expired`
//! # });
//! # Ok(())
//! # }
//! ```
//!
//! [`ServerMetadata::discover`] fetches the endpoints from the provider instead of listing them.
//!
//! # What is checked
//!
//! * Each login has a `state`, a PKCE verifier (S256 only), a path to return to and an expiry, sealed
//!   in a cookie of its own: `__Host-oauth-login-…`, `Secure`, `HttpOnly`, `SameSite=Lax`. So logins
//!   in two tabs do not disturb each other, and nothing is stored on the server. The cookie needs
//!   TLS; on `localhost` browsers accept it without.
//! * The callback looks for the cookie of its `state`, and compares the two in constant time, before
//!   it reads anything else. Then it checks the issuer (`iss`, RFC 9207), then whether there is an
//!   `error`, and only then the code is exchanged. The cookie is removed, whatever the outcome.
//! * The redirect URI is a setting, and never taken from a header that a client can choose.
//! * The user returns to a path of this service: [`Login::return_to`] drops anything else.
//! * Calls to the provider follow no redirect, read at most 64 KiB, and take at most ten seconds.
//!
//! # What fails
//!
//! What the provider reports never reaches the client: a callback is a link that anyone can write.
//! The log has the provider's error code and text, as an [`OAuthProviderError`].
//!
//! | what happened | response |
//! |---|---|
//! | no cookie for the `state`: it was used already, or the login was started in another browser | 400 `oauth_login_expired` |
//! | the login took too long, the cookie is sealed with another key, or `iss` is another issuer | 400 `oauth_login_expired` |
//! | `invalid_grant`: the code or refresh token is used, expired or revoked, or the verifier is wrong | 400 `oauth_login_expired` |
//! | `access_denied` | 403 `oauth_access_denied` |
//! | `invalid_client`, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`, `redirect_uri_mismatch` and any other error, also with status 200 | 502 `upstream_failed` |
//! | a response that is none of OAuth, is a redirect, or over 64 KiB; no connection | 502 `upstream_failed` |
//! | `temporarily_unavailable`, `server_error`, or status 429 or 503 | 503 `service_unavailable`, with `Retry-After` |
//! | no response in time | 504 `upstream_timeout` |
//!
//! # If the user never comes back
//!
//! A provider that does not know the client id, or for which the redirect URI is not registered,
//! must not redirect (RFC 6749 §4.1.2.1): the user sees an error page **of the provider**, and this
//! service sees nothing at all. To find the cause, copy `redirect_uri` from the address in the
//! browser, decode it, and compare it character by character with the registration: scheme, host,
//! port, path and a trailing slash all count. The server's log has it too, at the provider. If the
//! user comes back and the answer is `oauth_login_expired` each time, the browser did not send the
//! cookie: the callback has another host than the start (`localhost` and `127.0.0.1` are two), or a
//! proxy removed `Set-Cookie`.
//!
//! # Keeping a login
//!
//! [`OAuthClient::refresh`] exchanges a refresh token; concurrent requests of a session share one
//! exchange.
//!
//! # Accepting tokens
//!
//! [`Introspection`] is a verifier for `auth` that asks the provider about each token (RFC 7662).
//! Tokens that are JWTs need no call: `auth::jwks` verifies them. [`ProtectedResource`] publishes
//! where clients obtain a token (RFC 9728).
//!
//! # Issuing tokens
//!
//! The clients of a token endpoint are OAuth libraries, which expect errors in OAuth's own format
//! (RFC 6749 §5.2): [`OAuthError`] and [`OAuthErrorRenderer`].

mod callback;
mod client;
mod http;
mod introspection;
mod login;
mod metadata;
mod oauth_error;
mod pending_login;
mod protected_resource;
mod provider;
mod provider_error;
mod shared_calls;
mod tokens;

pub use self::callback::{Callback, LoggedIn};
pub use self::client::{ClientAuthentication, OAuthClient, OAuthClientBuilder, OAuthClientError};
pub use self::introspection::{IntrospectedToken, Introspection, IntrospectionBuilder};
pub use self::login::Login;
pub use self::metadata::{DiscoveryError, ServerMetadata};
pub use self::oauth_error::{OAuthError, OAuthErrorCode, OAuthErrorRenderer};
pub use self::protected_resource::{ProtectedResource, ProtectedResourceError};
pub use self::provider_error::{OAUTH_ACCESS_DENIED, OAUTH_LOGIN_EXPIRED, OAuthProviderError};
pub use self::tokens::Tokens;
