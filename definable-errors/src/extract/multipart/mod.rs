//! Forms with files: `multipart/form-data` (RFC 7578), one part at a time.
//!
//! Only what the handler reads is buffered, so a file can be passed on to a disk or another service
//! while it is still arriving. Every limit is a 413 that names it, every rejected type a 415 that
//! names the supported ones, and the file name of the client is made harmless before a handler sees
//! it.
//!
//! ```
//! use definable_errors::ApiError;
//! use definable_errors::extract::Multipart;
//!
//! async fn upload(mut parts: Multipart) -> Result<String, ApiError> {
//!     let mut copies = 1;
//!     let mut size = None;
//!     while let Some(field) = parts.next_field().await? {
//!         match field.name() {
//!             Some("copies") => copies = field.parse::<u8>().await?,
//!             Some("file") => {
//!                 let mut file = field.accepting(&["text/plain", "image/*"])?.with_limit(1024);
//!                 let mut bytes = 0;
//!                 while let Some(chunk) = file.chunk().await? {
//!                     bytes += chunk.len();
//!                 }
//!                 size = Some(bytes);
//!             }
//!             _ => {}
//!         }
//!     }
//!     let size = Multipart::required(size, "file")?;
//!     Ok(format!("{copies} copies of {size} bytes"))
//! }
//! # let _ = upload;
//! ```

mod file_name;
#[expect(clippy::module_inception, reason = "the file of the folder's main type")]
mod multipart;

pub use self::multipart::{Field, Multipart};
use super::{content, reading, refusals, source};
