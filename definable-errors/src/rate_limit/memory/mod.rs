//! Counting in this process, in tables of a fixed size.

#[cfg(test)]
mod crowd_tests;
mod meter;
#[cfg(test)]
mod model_tests;
mod rates;
mod ring;
mod spread;
mod store;
#[cfg(test)]
mod tests;
mod windows;

pub use self::store::{MemoryStore, MemoryStoreBuilder};
