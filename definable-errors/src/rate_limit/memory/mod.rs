//! Counting in this process, in tables of a fixed size.

mod clients;
#[cfg(test)]
mod crowd_tests;
mod gcra;
mod meter;
#[cfg(test)]
mod model_tests;
mod ring;
mod spread;
mod store;
#[cfg(test)]
mod tests;

#[cfg(feature = "redis")]
pub(super) use self::clients::TAKEN_LAST;
pub use self::store::{MemoryStore, MemoryStoreBuilder};
