//! Tests that the seeds of `tests/fuzz` pass the assertions of its targets.

use std::fs;
use std::path::Path;

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
fn every_json_seed_passes() {
    every_seed_holds("json", fuzz_checks::json);
}

#[test]
fn every_query_seed_passes() {
    every_seed_holds("query", fuzz_checks::query);
}

#[test]
fn every_form_seed_passes() {
    every_seed_holds("form", fuzz_checks::form);
}

#[test]
fn every_multipart_seed_passes() {
    every_seed_holds("multipart", fuzz_checks::multipart);
}
