//! JSON Web Tokens, verified as strictly as the standards require.
//!
//! A verifier of the commonest token, whose claims say who the caller is and in which role:
//!
//! ```
//! use std::sync::Arc;
//!
//! use definable_errors::auth::Verify;
//! use definable_errors::auth::jwt::{Algorithm, JwtVerifier, Key, Profile};
//!
//! #[derive(serde::Deserialize)]
//! struct Claims {
//!     sub: String,
//!     role: String,
//! }
//!
//! struct User {
//!     id: String,
//!     is_admin: bool,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let secret = b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";
//! let verifier = JwtVerifier::<Claims>::builder(Profile::general())
//!     .issuer("https://id.example.com")
//!     .audience("orders")
//!     .key(Key::from_secret(Algorithm::Hs256, secret)?)
//!     .build()?
//!     .map(|claims| Ok(User { id: claims.sub, is_admin: claims.role == "admin" }));
//! let verifier: Arc<dyn Verify<User>> = Arc::new(verifier);
//! # let _ = verifier;
//! # Ok(())
//! # }
//! ```
//!
//! The verifier goes into the state, and handlers take
//! [`Authenticated<User>`](super::Authenticated), whose type implements
//! [`Principal`](super::Principal). A principal that can be deserialized from the claims needs no
//! [`map`](JwtVerifier::map); [`AccessClaims`] is one. A token without `exp` is always rejected.
//!
//! # What a token must satisfy
//!
//! A token consists of three parts of canonical base64url, of at most 16 KiB in total; header and
//! claims are one JSON object each, without duplicate names. The algorithm must be the key's only
//! algorithm. A header with `crit`, `b64`, `jwk`, `jku`, `x5u`, `x5c`, `cty`, `enc` or `zip` is
//! rejected, and no URL is ever followed. Then the [`Profile`] is checked: the type (`typ`), the
//! required claims and their types; `iss` and `aud` exactly as configured; `exp`, `nbf` and `iat`
//! with 30 seconds of leeway and a [`Clock`](crate::context::Clock) that tests can set; no `cnf`.
//!
//! Every rejection is 401 `invalid_token` with the same body; only a token that has expired, and is
//! valid in everything else, is `token_expired`. The reason is in the error's notes.
//!
//! # Keys
//!
//! Keys are created by [`Key::from_secret`], [`Key::from_pem`] and [`Key::from_jwk`];
//! [`KeySet::from_json`] parses a set, for instance from a file, and with the feature `jwks`
//! `auth::jwks::Jwks` fetches it from a URL. Creating a weak key returns an error, and cryptography
//! that does not work is an error when the verifier is built.
//!
//! # Cryptography
//!
//! Signatures are computed by `jsonwebtoken`, with its pure-Rust back end or with aws-lc (feature
//! `aws-lc`). Each is selected by name, so no mix of features breaks a request here. A program that
//! also uses `jsonwebtoken` itself, with the other back end, has both compiled in: it has to call
//! `CryptoProvider::install_default` for its own use, or `jsonwebtoken` panics there.
//!
//! # Issuing
//!
//! [`Issuer`] signs access tokens for a service that logs in its own users;
//! [`RefreshTokens`](super::RefreshTokens) complements it.

mod algorithm;
mod back_end;
mod base64url;
mod claims;
mod issuer;
mod key;
mod key_set;
mod profile;
mod refusal;
mod signing_key;
mod strict;
mod token;
mod verifier;

pub use self::algorithm::Algorithm;
pub use self::issuer::{IssuedToken, Issuer};
pub use self::key::{Key, KeyError};
pub use self::key_set::{KeyLookup, KeySet, KeySetError, Keys};
pub use self::profile::{AccessClaims, LegacyClaims, Profile, SubjectType};
use self::refusal::Refusal;
pub use self::signing_key::SigningKey;
pub use self::verifier::{JwtError, JwtVerifier, JwtVerifierBuilder, MappedVerifier};
