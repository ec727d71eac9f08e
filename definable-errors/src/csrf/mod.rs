//! Protection against cross-site request forgery: requests that a page of another site makes a
//! browser send with the user's cookies.
//!
//! ```
//! use axum::{Router, routing::post};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::csrf::Csrf;
//! # use axum::body::Body;
//! # use http::Request;
//! # use tower::ServiceExt;
//!
//! let app: Router = Router::new()
//!     .route("/transfer", post(|| async { "done" }))
//!     .layer(Csrf::new())
//!     .layer(ApiErrorLayer::new());
//!
//! # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
//! # rt.block_on(async {
//! let forged = Request::post("/transfer")
//!     .header("Host", "bank.example")
//!     .header("Origin", "https://evil.example")
//!     .header("Sec-Fetch-Site", "cross-site")
//!     .body(Body::empty())
//!     .unwrap();
//! let response = app.oneshot(forged).await.unwrap();
//! assert_eq!(response.status(), 403); // `cross_site_request`
//! # });
//! ```
//!
//! A service needs this if a browser sends credentials by itself: cookies, HTTP authentication,
//! client certificates. A token in `Authorization`, which a page's script has to set, cannot be
//! forged in this way.
//!
//! # Which requests are admitted
//!
//! The decision is tower-http's, and needs no token in forms: it reads `Sec-Fetch-Site`, which all
//! current browsers send and no page can set, and for older browsers `Origin`. A request is admitted
//! if one of these is true:
//!
//! * Its method is safe (RFC 9110 §9.2.1): GET, HEAD, OPTIONS or QUERY. So handlers of these methods
//!   must not change anything. A page of another origin cannot send QUERY without a preflight.
//! * `Sec-Fetch-Site` is `same-origin` or `none`: the page is the service's own, or the user typed
//!   the address.
//! * It has neither `Sec-Fetch-Site` nor `Origin`: it is from a program, not from a browser.
//! * It has no `Sec-Fetch-Site`, and the host and port of `Origin` are those of the request.
//! * Its `Origin` is trusted.
//!
//! Every other request is 403 `cross_site_request`. Nothing about the reason is sent; the log has
//! the headers that decided.
//!
//! # Trusted origins
//!
//! In a `Stack` the origins of `.cors(…)` that may send credentials are
//! trusted, and no other; `Stack::csrf` describes the combinations.
//! Without a stack, [`Csrf::trusted_origins`] lists them. The origin `null` is never trusted,
//! because any page can give it to itself.
//!
//! # Behind a proxy
//!
//! A proxy has to pass on `Host`, `Origin` and `Sec-Fetch-Site` unchanged. If it replaces `Host`,
//! requests of old browsers are rejected. If it removes `Origin` and `Sec-Fetch-Site`, nothing is
//! left to decide by, and every request is admitted.

#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod csrf;

pub use self::csrf::{CROSS_SITE_REQUEST, Csrf};
