//! Problems as clients see them: plain data, independent of any framework.
//!
//! A [`ProblemType`] is what is known in advance: the code, the status, the title, the
//! documentation. It is constant, and an invalid one does not compile:
//!
//! ```
//! use definable_errors::problem::{ErrorStatus, MemberSchema, MemberType, ProblemType};
//!
//! static ORDER_PAID: ProblemType =
//!     ProblemType::new("order_paid", ErrorStatus::CONFLICT, "Order already paid")
//!         .with_documentation("The order was already paid.")
//!         .with_members(&[MemberSchema::new("order_id", u64::TYPE)]);
//!
//! assert_eq!(ORDER_PAID.status().as_u16(), 409);
//! ```
//!
//! [`ApiError::new`](crate::error::ApiError::new) creates an error of this type, and
//! [`or_problem`](crate::error::ResultExt::or_problem) converts an error of another crate into it.
//! The statics of this module are the types that the library itself answers with.
//!
//! A [`Problem`] is one failure as the client sees it: a problem type, a detail, violations and
//! extension members (RFC 9457 §3). A [`Violation`] is one rule that the request broke, with its
//! [`Place`] in the request.
//!
//! A [`ReceivedProblem`] is one that another service answered with, as a client decodes it.
//!
//! [`ProblemTypes`] lists the problem types that an error enum can produce. The derive
//! implements it.

mod built_in;
mod derived;
#[cfg(any(feature = "catalog", feature = "openapi"))]
mod example;
mod language_tag;
mod member_type;
mod member_types;
mod members;
mod name;
mod pointer;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod problem;
mod problem_type;
mod received;
mod serde_text;
mod status;
mod types;
mod violation;

pub use self::built_in::*;
#[doc(hidden)]
pub use self::derived::{
    checked, declared_member, received_member, usual, with_default_texts, with_default_wait,
};
#[cfg(any(feature = "catalog", feature = "openapi"))]
pub(crate) use self::example::example;
pub use self::language_tag::{LanguageTag, LanguageTagError};
pub use self::member_type::{JsonType, MemberSchema, MemberType};
pub(crate) use self::members::List;
pub use self::members::{MemberError, Members};
pub(crate) use self::name::is_plain_json;
pub use self::pointer::Pointer;
pub use self::problem::Problem;
pub(crate) use self::problem::{DetailOrigin, Localization};
#[doc(hidden)]
pub use self::problem_type::DetailSource;
pub use self::problem_type::ProblemType;
pub use self::received::{ReceivedProblem, ReceivedProblemError};
pub(crate) use self::serde_text::{SerdeMistake, without_position};
pub(crate) use self::status::retry_after_seconds;
pub use self::status::{ErrorStatus, Level, StatusError};
pub use self::types::{ProblemTypes, Types};
pub use self::violation::{Params, Place, Violation};
