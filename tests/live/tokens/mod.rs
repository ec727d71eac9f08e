//! Tests of access tokens (RFC 9068) by programs that share no code with ours, over HTTP.

mod accepted;
mod issued;
mod issuer;
mod minted;
mod program;
mod published;
mod refused;
mod service;

use self::issuer::Issuer;
use self::minted::{ALGORITHMS, Pair, claims, now};
use self::program::Program;
pub(crate) use self::program::node;
use self::service::{Service, builder};
