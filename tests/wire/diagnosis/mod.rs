//! Every mistake in one answer: shapes of types, each with planted mistakes.

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
