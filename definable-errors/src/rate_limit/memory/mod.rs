//! Counts in this process: tables of a fixed size.

mod arrival;
mod counts;
#[cfg(test)]
mod crowd_tests;
mod held;
mod meter;
#[cfg(test)]
mod model_tests;
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
