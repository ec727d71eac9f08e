//! Errors that handlers return: a problem for the client, and private data for operators.
//!
//! An [`ApiError`] has two halves in two fields. The public half is a
//! [`Problem`](crate::problem::Problem); the private half is the source, notes, a location and, in
//! development mode, a backtrace. Nothing copies the second into the first.
//!
//! A handler creates one in three ways.
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
//! From an error of another crate, explicitly ([`ResultExt`]):
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
//! Or without another error:
//!
//! ```
//! use definable_errors::ApiError;
//!
//! let error = ApiError::conflict("The parcel has already left.").with_member("carrier", "dhl");
//! assert_eq!(error.to_string(), "conflict (409): The parcel has already left.");
//! ```
//!
//! # Three ways to fail
//!
//! | a handler returns | location of the `?` in the log | `?` converts | types known to the compiler |
//! |---|---|---|---|
//! | [`ApiError`] | always | any error that derives [`ApiError`](macro@crate::ApiError); that of a library by `.or_internal()?` and similar methods ([`ResultExt`]) | no |
//! | [`Declared<OrderError>`](Declared) | always | `OrderError`; that of a library by `.or_declared()?` if `OrderError` implements `From` for it, else as for `ApiError` | those of `OrderError`, and `internal_error`; an `ApiError` that was created explicitly is compared at run time |
//! | `OrderError` | for variants with `#[api(location)]`, and for an `ApiError` in a transparent variant | whatever `OrderError` implements `From` for | those of `OrderError` |
//!
//! # With `anyhow`
//!
//! An error that derives `ApiError` may be wrapped in an `anyhow::Error`, an `eyre::Report` or a
//! [`BoxError`], with any context around it. A handler extracts it at the end:
//! [`or_recognized_as`](ResultExt::or_recognized_as) names the types to look for, while
//! [`or_recognized`](ResultExt::or_recognized) finds only an error that is already an `ApiError`.
//! If none is found, the answer is a 500, and the whole error is kept for operators.
//!
//! ```ignore
//! /// Whatever this service derives.
//! type Known = (OrderError, AccountError);
//!
//! async fn pay(Path(id): Path<u64>) -> Result<Json<Receipt>, ApiError> {
//!     let receipt = orders::pay(id).await.or_recognized_as::<Known>()?; // anyhow::Result<Receipt>
//!     Ok(Json(receipt))
//! }
//! ```

mod api_error;
mod api_future;
mod body_error;
mod boxed;
mod chain;
mod challenge;
mod convert;
mod database;
mod database_error;
mod declared;
mod derived;
mod explanation;
mod headers;
mod recognize;
mod result_ext;
mod service_challenge;
mod source_location;
#[cfg(feature = "sqlx")]
mod sqlx_error;
mod trace;

pub use self::api_error::ApiError;
pub use self::api_future::ApiFuture;
#[cfg(feature = "extract")]
pub(crate) use self::body_error::from_body_error;
#[cfg(feature = "stream")]
pub(crate) use self::body_error::from_client_disconnected;
pub(crate) use self::body_error::{BodyError, is_client_disconnected};
pub(crate) use self::boxed::from_box;
pub use self::boxed::handle_box_error;
#[cfg(feature = "tracing")]
pub(crate) use self::chain::one_line;
pub use self::chain::{BoxError, Chain};
pub use self::challenge::{BearerError, Challenge, ChallengeError};
pub use self::convert::{Forward, IntoApiError};
pub use self::database::{Constraint, ConstraintAnswer, DatabaseExt, OnConstraint};
pub use self::database_error::{DatabaseError, DatabaseErrorKind};
pub use self::declared::Declared;
#[doc(hidden)]
pub use self::derived::{
    FieldViolations, Source, derived, detail, header, hint, internal, keep, located, member, note,
    violations, without_source,
};
pub use self::explanation::Explanation;
pub(crate) use self::headers::retry_after;
pub use self::recognize::{Erased, Opaque, Recognize, Typed};
pub use self::result_ext::ResultExt;
pub(crate) use self::service_challenge::ServiceChallenge;
pub use self::source_location::SourceLocation;
#[cfg(feature = "dev")]
pub(crate) use self::source_location::is_in_std;
pub(crate) use self::trace::{Trace, capture, capture_per_second};
#[cfg(feature = "dev")]
pub(crate) use self::trace::{backtrace, capture_with};
