//! What derived errors become.

mod private;
mod public;
mod texts;
mod types;
