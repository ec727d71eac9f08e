//! What derived errors become.

mod declared;
mod located;
mod private;
mod public;
mod recognized;
mod texts;
mod types;
