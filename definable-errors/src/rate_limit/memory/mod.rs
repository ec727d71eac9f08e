//! Counting in this process, in tables of a fixed size.

mod counts;
#[cfg(test)]
mod crowd_tests;
mod entry_guard;
mod gcra;
mod meter;
#[cfg(test)]
mod model_tests;
mod rates;
mod set;
mod spread;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod window;
mod windows;

pub use self::store::{MemoryStore, MemoryStoreBuilder};
