//! Tests of authentication and tokens.

mod api_keys;
mod attacks;
mod bearer;
mod challenges;
mod claims;
mod credentials;
mod guarded;
mod insecure_secrets;
mod issuing;
mod jwks;
pub(crate) mod jwt;
mod key_sets;
pub(crate) mod mint;
mod published;
mod reported;
mod service;
mod sockets;
mod subjects;
