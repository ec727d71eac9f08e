//! What handlers return: a problem for the client, and what only operators may know.
//!
//! An [`ApiError`] has two halves in two fields. The public half is a
//! [`Problem`](crate::problem::Problem); the private half is the source, notes, a location and, in
//! development, a backtrace. Nothing copies the second into the first.
//!
//! A handler makes one in three ways.
//!
//! From an error enum that derives [`ApiError`](macro@crate::ApiError), by `?`:
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use definable_errors::ApiError;
//!
//! #[derive(Debug, thiserror::Error, ApiError)]
//! enum OrderError {
//!     #[error("order {id} does not exist")]
//!     #[api(status = 404)]
//!     NotFound { id: u64 },
//! }
//!
//! fn find(id: u64) -> Result<(), OrderError> {
//!     Err(OrderError::NotFound { id })
//! }
//!
//! fn handler() -> Result<(), ApiError> {
//!     find(42)?;
//!     Ok(())
//! }
//!
//! let error = handler().unwrap_err();
//! assert_eq!(error.problem().code(), "not_found");
//! assert_eq!(error.problem().detail(), "order 42 does not exist");
//! # }
//! ```
//!
//! From a foreign error, on purpose ([`ResultExt`]):
//!
//! ```
//! use definable_errors::{ApiError, ResultExt};
//!
//! fn handler() -> Result<(), ApiError> {
//!     std::fs::read("/no/such/file").or_internal()?;
//!     Ok(())
//! }
//!
//! let error = handler().unwrap_err();
//! assert_eq!(error.problem().detail(), "Internal server error");
//! assert!(error.downcast_ref::<std::io::Error>().is_some());
//! ```
//!
//! Or from nothing:
//!
//! ```
//! use definable_errors::ApiError;
//!
//! let error = ApiError::conflict("The parcel has already left.").with_member("carrier", "dhl");
//! assert_eq!(error.to_string(), "conflict (409): The parcel has already left.");
//! ```

mod api_error;
mod bearer_challenge;
mod body_error;
mod boxed;
mod chain;
mod challenge;
mod constructors;
mod convert;
mod derived;
mod display;
mod explanation;
mod headers;
mod inspection;
mod one_line;
mod private;
mod result_ext;
mod service_challenge;
mod source_location;
#[cfg(feature = "sqlx")]
mod sqlx_ext;
mod trace;

pub use self::api_error::ApiError;
pub use self::bearer_challenge::BearerError;
pub(crate) use self::body_error::BodyError;
pub use self::boxed::{BoxError, handle_box_error};
pub use self::chain::Chain;
pub use self::challenge::{Challenge, InvalidChallenge};
pub use self::convert::{Forward, IntoApiError};
#[doc(hidden)]
pub use self::derived::{Source, derived, detail, header, keep, member, note};
pub use self::explanation::Explanation;
pub(crate) use self::headers::retry_after;
pub use self::result_ext::ResultExt;
pub(crate) use self::service_challenge::ServiceChallenge;
pub use self::source_location::SourceLocation;
#[cfg(feature = "sqlx")]
pub use self::sqlx_ext::SqlxExt;
#[cfg(feature = "dev")]
pub(crate) use self::trace::capture_with;
pub(crate) use self::trace::{Trace, capture};
