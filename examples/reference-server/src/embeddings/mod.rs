//! Embeddings: texts as vectors, which another service computes.

mod client;
mod stand_in;
mod vector;

pub use self::client::Embeddings;
use self::stand_in::StandIn;
pub(crate) use self::vector::Vector;
