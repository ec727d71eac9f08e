//! The one place where an [`ApiError`](crate::ApiError) becomes a response.

mod body;
mod enclosed;
mod headers;
mod number;
mod response;

pub(crate) use self::body::DEFAULT_BASE;
pub(crate) use self::enclosed::Enclosed;
#[cfg(feature = "extract")]
pub(crate) use self::enclosed::Piece;
pub(crate) use self::headers::own_headers;
#[cfg(feature = "rate-limit")]
pub(crate) use self::number::number;
pub(crate) use self::response::dress;
