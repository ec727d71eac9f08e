//! Counts in this process: tables of a fixed size.

mod arrival;
mod counts;
mod held;
mod meter;
mod rates;
mod set;
mod shelf;
mod spread;
mod store;
#[cfg(test)]
mod tests;
mod window;
mod windows;

pub use self::store::MemoryStore;
