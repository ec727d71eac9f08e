//! Types as services have them, each with planted mistakes: every one alone, every pair, and all
//! together. Mistakes that are found are counted; those that are not found are listed in
//! [`misses`].
//!
//! No type borrows from its body, because an extractor returns owned values.

mod json;
mod misses;
mod mistake;
mod reported;
mod shape;
mod shapes;
mod tally;

use self::misses::KNOWN_MISSES;
use self::tally::Tally;

const DOCS: &str = include_str!("../../../definable-errors/src/extract/mod.rs");

#[test]
fn planted_mistakes_are_found() {
    let shapes = shapes::all();
    let mut tally = Tally::default();
    for shape in &shapes {
        let is_good = shape.is_taken(&[]) && shape.reported(&[]).is_empty();
        assert!(is_good, "{} refuses its body: {:?}", shape.name, shape.reported(&[]));
        tally.count(shape);
    }
    let different: usize = shapes.iter().map(|shape| shape.mistakes.len()).sum();
    assert!(shapes.len() >= 50 && different >= 300, "{different} different mistakes");
    assert!(tally.wrong.is_empty(), "wrong:\n{}", tally.wrong.join("\n"));
    assert!(tally.invented.is_empty(), "invented:\n{}", tally.invented.join("\n"));
    let news = tally.news(KNOWN_MISSES);
    assert!(news.is_empty(), "{}", news.join("\n"));
    assert!(tally.found * 100 >= tally.planted * 97, "{tally}");
    let figures = format!("{} times a mistake is planted, {} times", tally.planted, tally.found);
    assert!(DOCS.contains(&figures), "the docs should say: {figures}");
    let shapes = format!("{} shapes of types with {different} mistakes", shapes.len());
    assert!(DOCS.contains(&shapes), "the docs should say: {shapes}");
}

#[test]
fn docs_list_every_reason() {
    for miss in KNOWN_MISSES {
        let row = format!("//! | {} |", miss.reason);
        assert!(DOCS.contains(&row), "the docs lack {}", miss.reason);
    }
}
