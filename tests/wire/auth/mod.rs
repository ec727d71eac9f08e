//! Who asks. Every statement of "Auth and tokens" that applies has a test that names it.

mod api_keys;
mod attacks;
mod bearer;
mod challenges;
mod claims;
mod guarded;
mod issuing;
mod jwks;
pub(crate) mod jwt;
mod key_sets;
pub(crate) mod mint;
mod published;
mod service;
mod sockets;
mod subjects;
mod told;
