//! Tests that one response reports every mistake: types with planted mistakes.

mod bounds;
mod containers;
mod enums;
mod fields;
mod flattened;
mod foreign_types;
mod large;
mod numbers;
mod pairs;
mod property;
mod support;
mod together;
mod worst;
