//! What `tests/run tools` installs below `target/live`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::process::MISSING;
use support::tools;

/// Returns the path of an installed file below `target/live`.
pub(crate) fn installed(path: &str) -> PathBuf {
    let path = tools::live(path);
    assert!(path.exists(), "{MISSING}");
    path
}

/// Runs a program of `tests/live/python` with its arguments, and returns what it prints, which is JSON.
pub(crate) fn python(program: &str, arguments: &[&str]) -> Value {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(program);
    let mut python = Command::new(installed("python/bin/python"));
    python.arg("-I").arg(program).args(arguments).env("NO_PROXY", "*");
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
