//! The types of the corpus, by the feature of serde that they use.

#![expect(dead_code, reason = "what is read is not used")]

mod borrowed;
mod buffered;
mod collections;
mod conversions;
mod crates;
mod defaults;
mod enums;
mod flattened;
mod names;
mod numbers;
mod queries;
mod services;
mod standard;
mod structures;
mod tagged;
mod texts;
mod untagged;
mod visitors;

use super::shape::Shape;

pub(super) fn all() -> Vec<Shape> {
    let rooms = [
        borrowed::shapes(),
        buffered::shapes(),
        collections::shapes(),
        conversions::shapes(),
        crates::shapes(),
        defaults::shapes(),
        enums::shapes(),
        flattened::shapes(),
        names::shapes(),
        numbers::shapes(),
        queries::shapes(),
        services::shapes(),
        standard::shapes(),
        structures::shapes(),
        tagged::shapes(),
        texts::shapes(),
        untagged::shapes(),
        visitors::shapes(),
    ];
    rooms.into_iter().flatten().collect()
}
