//! What every target asserts, and the types that it reads.

mod answer;
mod nested;
mod pairs;

pub use self::answer::{check_refusal, is_canary};
pub use self::nested::{Nested, for_each_nested};
pub use self::pairs::{Flat, for_each_flat};
