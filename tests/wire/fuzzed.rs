//! The seeds of `tests/fuzz` hold what its targets assert.

use std::fs;
use std::path::Path;

#[expect(unreachable_pub, reason = "for the targets it is a library")]
#[path = "../fuzz/checks/lib.rs"]
mod checks;

#[track_caller]
fn every_seed_holds(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds").join(target);
    let seeds: Vec<_> = fs::read_dir(folder).unwrap().map(|seed| seed.unwrap().path()).collect();
    assert!(!seeds.is_empty());
    for seed in seeds {
        check(&fs::read(seed).unwrap());
    }
}

#[test]
fn every_seed_of_json_holds() {
    every_seed_holds("json", checks::json);
}

#[test]
fn every_seed_of_queries_holds() {
    every_seed_holds("query", checks::query);
}

#[test]
fn every_seed_of_forms_holds() {
    every_seed_holds("form", checks::form);
}

#[test]
fn every_seed_of_multipart_holds() {
    every_seed_holds("multipart", checks::multipart);
}
