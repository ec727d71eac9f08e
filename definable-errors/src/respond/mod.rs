//! The one place where an [`ApiError`](crate::ApiError) becomes a response.

mod body;
mod digits;
mod enclosed;
mod headers;
mod response;

pub(crate) use self::body::DEFAULT_BASE;
#[cfg(feature = "rate-limit")]
pub(crate) use self::digits::number;
pub(crate) use self::enclosed::Enclosed;
#[cfg(feature = "extract")]
pub(crate) use self::enclosed::{MAX_VIOLATIONS, Piece};
pub(crate) use self::headers::own_headers;
pub(crate) use self::response::dress;
