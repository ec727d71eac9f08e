//! Embeddings: texts as vectors, which another service computes.

mod client;
mod stand_in;

pub use self::client::Embeddings;
pub(crate) use self::client::Vector;
use self::stand_in::StandIn;
