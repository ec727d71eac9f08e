//! JSON Web Tokens, verified as strictly as the standards ask.
//!
//! ```
//! use std::sync::Arc;
//!
//! use definable_errors::auth::Verify;
//! use definable_errors::auth::jwt::{Algorithm, JwtVerifier, Key, OriginalClaims, Profile};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";
//! let verifier = JwtVerifier::<OriginalClaims>::builder(Profile::legacy_hs256())
//!     .key(Key::secret(Algorithm::Hs256, secret)?)
//!     .build()?;
//! let verifier: Arc<dyn Verify<OriginalClaims>> = Arc::new(verifier);
//! # let _ = verifier;
//! # Ok(())
//! # }
//! ```
//!
//! It goes into the state, and handlers ask for
//! [`Authenticated<OriginalClaims>`](super::Authenticated). A principal of your own is anything that
//! implements [`Principal`](super::Principal) and can be deserialized from the claims:
//!
//! ```
//! use definable_errors::auth::Principal;
//! use definable_errors::context::Subject;
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct User {
//!     sub: String,
//!     email: String,
//! }
//!
//! impl Principal for User {
//!     fn subject(&self) -> Subject {
//!         Subject::user(&self.sub)
//!     }
//! }
//! ```
//!
//! # What a token has to be
//!
//! Three parts of canonical base64url, 16 KiB at most; header and claims one JSON object each, no
//! name twice. The algorithm is the key's one algorithm. A header with `crit`, `b64`, `jwk`, `jku`,
//! `x5u`, `x5c`, `cty`, `enc` or `zip` is refused, and no URL is ever followed. Then the
//! [`Profile`]: the kind (`typ`), the claims that have to be there and their types; `iss` and `aud`
//! exactly as configured; `exp`, `nbf` and `iat` with 30 seconds of leeway and a [`Clock`](super::Clock)
//! that tests can set; no `cnf`.
//!
//! Every refusal is 401 `invalid_token` with the same body; only a token that expired, and is right
//! in everything else, is `token_expired`. The reason stands in the error's notes.
//!
//! # Keys
//!
//! [`Key::secret`], [`Key::pem`], [`Key::jwk`]; [`KeySet::json`] reads a set from a file, and with the
//! feature `jwks` `auth::jwks::Jwks` fetches it from a URL. A key that is too weak is an error when it is made,
//! and cryptography that does not work is one when the verifier is built.
//!
//! # Cryptography
//!
//! The signatures are `jsonwebtoken`'s, with its pure-Rust back end, or with aws-lc (feature
//! `aws-lc`). Each is asked by name, so no mix of features breaks a request here. A program that
//! also uses `jsonwebtoken` itself, with the other back end, has both compiled in: it has to call
//! `CryptoProvider::install_default` for its own use, or `jsonwebtoken` panics there.
//!
//! # Issuing
//!
//! [`Issuer`] signs access tokens for a service that logs its users in itself;
//! [`RefreshTokens`](super::RefreshTokens) are the other half.

mod algorithm;
mod back_end;
mod base64url;
mod builder;
mod claims;
mod header;
mod issuer;
mod jwk;
mod key;
mod key_error;
mod key_set;
mod keys;
mod parsed;
mod principals;
mod profile;
mod refusal;
mod seconds;
mod secret;
mod signing_key;
mod strict;
mod verifier;

pub use self::algorithm::Algorithm;
pub use self::builder::{JwtBuilder, JwtError};
pub use self::issuer::{IssuedToken, Issuer};
pub use self::key::Key;
pub use self::key_error::KeyError;
pub use self::key_set::{KeySet, KeySetError};
pub use self::keys::{KeyLookup, Keys};
pub use self::principals::{AccessClaims, OriginalClaims};
pub use self::profile::{Profile, SubjectType};
use self::refusal::Refusal;
use self::seconds::seconds;
pub use self::signing_key::SigningKey;
pub use self::verifier::JwtVerifier;
