//! Assertions that hold for every input, with one function for each part of the library that reads what
//! strangers send. The fuzz targets call them with generated inputs, and tests with the seeds.

mod accept;
mod answer;
mod canaries;
mod catalog;
mod exchange;
mod foreign;
mod form;
mod grant;
mod json;
mod multipart;
mod nested;
mod pairs;
mod query;
mod received;
#[cfg(feature = "redaction")]
mod redaction;
mod submitted;
mod token;
mod traceparent;
mod upstream_path;

pub use self::accept::accept;
pub use self::catalog::catalog;
pub use self::foreign::foreign;
pub use self::form::form;
pub use self::grant::grant;
pub use self::json::json;
pub use self::multipart::multipart;
pub use self::query::query;
pub use self::received::received;
#[cfg(feature = "redaction")]
pub use self::redaction::redaction;
pub use self::token::token;
pub use self::traceparent::traceparent;
pub use self::upstream_path::upstream_path;
