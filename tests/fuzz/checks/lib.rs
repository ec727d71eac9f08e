//! Assertions that hold for every input, with one function for every extractor that reads text. The
//! fuzz targets call them with generated inputs, and `tests/wire` with the seeds.

mod answer;
mod canaries;
mod form;
mod json;
mod multipart;
mod nested;
mod pairs;
mod query;
mod submitted;

pub use self::form::form;
pub use self::json::json;
pub use self::multipart::multipart;
pub use self::query::query;
