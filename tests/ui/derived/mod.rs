//! Tests of the problems and private data of derived errors.

mod declared;
mod located;
mod members;
mod private;
mod public;
mod recognized;
mod texts;
mod types;
