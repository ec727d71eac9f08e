//! Counts in this process: tables of a fixed size.

mod gcra;
mod held;
mod meter;
mod set;
mod shelf;
mod slot;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod window;

pub use self::store::MemoryStore;
