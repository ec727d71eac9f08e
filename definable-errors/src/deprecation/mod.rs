//! Deprecation and sunset of old versions.
//!
//! Put [`Deprecation`] before the routes of an old version. Every response of theirs, errors
//! included, then has these headers:
//!
//! | header | meaning | standard |
//! |---|---|---|
//! | `Deprecation: @1769817600` | when the version was or will be deprecated | RFC 9745 |
//! | `Sunset: Fri, 31 Jul 2026 00:00:00 GMT` | when it ends | RFC 8594 |
//! | `Link: </api/v1/kbs>; rel="successor-version"` | what replaces it | RFC 5829 |
//! | `Link: <…>; rel="deprecation"`, `rel="sunset"` | where to read more | RFC 9745, RFC 8594 |
//!
//! From the sunset on, every request is rejected with a 410 `gone` that has these headers too.
//! Until then nothing changes. Pages of other origins may read these headers if a `Cors` layer
//! (feature `cors`) is outside this one.
//!
//! ```
//! use axum::{Router, routing::get};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::deprecation::{Date, Deprecation};
//!
//! let old = Deprecation::since(Date::new(2026, 1, 31))
//!     .sunset(Date::new(2026, 7, 31))
//!     .successor("/api/v1/kbs");
//! let v0 = Router::new().route("/api/v0/kbs", get(|| async { "the old way" })).layer(old);
//! let app: Router = Router::new().merge(v0).layer(ApiErrorLayer::new());
//! # let _ = app;
//! ```

mod date;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod deprecation;

pub use self::date::Date;
pub use self::deprecation::Deprecation;
