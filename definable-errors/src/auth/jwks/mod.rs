//! Keys that an issuer publishes (RFC 7517 §5), fetched and kept.
//!
//! ```no_run
//! use definable_errors::auth::jwks::Jwks;
//! use definable_errors::auth::jwt::{AccessClaims, JwtVerifier, Profile};
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = Jwks::builder("https://issuer.example/.well-known/jwks.json").build()?;
//! keys.load().await?; // optional: a service that cannot verify does not start
//! let verifier = JwtVerifier::<AccessClaims>::builder(Profile::rfc9068())
//!     .keys(keys)
//!     .issuer("https://issuer.example")
//!     .audience("orders")
//!     .build()?;
//! # let _ = verifier;
//! # Ok(())
//! # }
//! ```
//!
//! # How keys are kept
//!
//! Every request reads a snapshot and waits for nothing. A token that names a key which is not there,
//! or whose signature is not that key's, causes one fetch, which all requests of that moment share,
//! and is judged once more: a rotation is served at once. A budget bounds how often strangers can
//! cause that, whatever the fetches bring, and ids that were not found are remembered for a minute.
//! While the budget is used up, a token that names an unknown key is 503 `keys_unavailable`, with the
//! time until the next fetch as `Retry-After`: it may be the first one of a rotation. Tokens of known
//! keys do not notice, and tokens with wrong signatures have a budget of their own. Put a limit by
//! address outside of authentication, so that one client cannot keep the budget used up.
//! Besides, keys are fetched every hour, or sooner where `Cache-Control` asks for it, with the `ETag`
//! of the last answer.
//!
//! A fetch that fails changes nothing: the keys that are there stay, for as long as
//! [`JwksBuilder::max_stale`] allows. Where none were ever there, a token is 503 `keys_unavailable`
//! with `Retry-After`, never a 401: that it is invalid nobody knows.
//!
//! # What is not taken
//!
//! Answers over 256 KiB, of more than 64 keys, or slower than ten seconds; redirects after the third
//! or to another kind of address. Of a set, keys that cannot be used are left out and the others are
//! used: secrets, keys that are not for signatures, of unknown types, weak or malformed ones
//! ([`KeySet::json`](crate::auth::jwt::KeySet::json)). URLs that a token names are never followed.

mod address;
mod budget;
mod builder;
mod failure;
mod fetch;
#[expect(clippy::module_inception, reason = "the file of the room's main type")]
mod jwks;
mod unknown;

pub use self::builder::{JwksBuilder, JwksError};
pub use self::failure::JwksFailure;
pub use self::jwks::Jwks;
