//! The conversion of an [`ApiError`](crate::ApiError) into a response, which happens only here.

mod body;
mod digits;
mod enclosed;
mod headers;
mod required;
mod response;

pub(crate) use self::body::DEFAULT_BASE;
#[cfg(feature = "rate-limit")]
pub(crate) use self::digits::number;
pub(crate) use self::enclosed::Enclosed;
#[cfg(feature = "extract")]
pub(crate) use self::enclosed::{MAX_VIOLATIONS, Piece};
pub(crate) use self::headers::{own_challenges, own_headers};
#[cfg(feature = "router")]
pub(crate) use self::required::AllowedMethods;
pub(crate) use self::required::add_required_headers;
pub(crate) use self::response::{set_language, vary_by_accept, vary_by_language, write_head};
