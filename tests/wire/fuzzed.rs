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

#[test]
fn every_accept_seed_passes() {
    every_seed_holds("accept", fuzz_checks::accept);
}

#[test]
fn every_catalog_seed_passes() {
    every_seed_holds("catalog", fuzz_checks::catalog);
}

#[test]
fn every_foreign_seed_passes() {
    every_seed_holds("foreign", fuzz_checks::foreign);
}

#[test]
fn every_grant_seed_passes() {
    every_seed_holds("grant", fuzz_checks::grant);
}

#[test]
fn every_received_seed_passes() {
    every_seed_holds("received", fuzz_checks::received);
}

#[test]
fn every_token_seed_passes() {
    every_seed_holds("token", fuzz_checks::token);
}

#[test]
fn every_traceparent_seed_passes() {
    every_seed_holds("traceparent", fuzz_checks::traceparent);
}

#[test]
fn every_upstream_path_seed_passes() {
    every_seed_holds("upstream_path", fuzz_checks::upstream_path);
}

#[cfg(feature = "dev")]
#[test]
fn redaction_checks_run_where_development_mode_is_on() {
    // `APP_ENV` belongs to a process, so this starts another one of this program.
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let child = child.args(["--exact", "fuzzed::every_redaction_seed_passes", "--ignored"]);
    let output = child.env("APP_ENV", "dev").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[cfg(feature = "dev")]
#[test]
#[ignore = "`redaction_checks_run_where_development_mode_is_on` runs it"]
fn every_redaction_seed_passes() {
    every_seed_holds("redaction", fuzz_checks::redaction);
}
