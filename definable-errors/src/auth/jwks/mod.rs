//! Keys that an issuer publishes (RFC 7517 §5), fetched and cached.
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
//! # How keys are cached
//!
//! Every request reads a snapshot and waits for nothing. A token that names an unknown key, or
//! whose signature is not valid for the key, causes one fetch, which all concurrent requests share,
//! and is then checked once more: a key rotation takes effect immediately. A budget limits how
//! often tokens of unknown origin can cause a fetch, whatever the fetches return, and ids that were
//! not found are remembered for a minute. While the budget is used up, a token that names an
//! unknown key is 503 `keys_unavailable`, with the time until the next fetch as `Retry-After`: it
//! may be the first one of a rotation. Tokens with known keys are not affected, and tokens with
//! invalid signatures have a budget of their own. Put a limit by address outside authentication, so
//! that one client cannot keep the budget used up. In addition, keys are fetched every hour, or
//! earlier if `Cache-Control` requires it, with the `ETag` of the last response.
//!
//! A failed fetch changes nothing: existing keys are kept for as long as [`JwksBuilder::max_stale`]
//! allows. If no keys were ever fetched, a token is 503 `keys_unavailable` with `Retry-After`,
//! never a 401, because it is unknown whether the token is invalid.
//!
//! # What is rejected
//!
//! A response is rejected if it is over 256 KiB, has more than 64 keys, or takes longer than ten
//! seconds; a redirect is rejected after the third or if it leads to another kind of address.
//! Unusable keys of a set are left out and the others are used: secrets, keys that are not for
//! signatures, and keys of unknown types, weak or malformed ones
//! ([`KeySet::from_json`](crate::auth::jwt::KeySet::from_json)). URLs in tokens are never followed.

mod fetch;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod jwks;
mod refetch;

pub use self::fetch::JwksFetchError;
pub use self::jwks::{Jwks, JwksBuilder, JwksError};
