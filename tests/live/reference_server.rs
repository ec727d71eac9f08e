//! The reference server, as `cargo test --workspace` builds it.

use std::process::{Command, Stdio};

/// Returns a command for the program, on a port of its own and with no other setting. Its standard
/// output is piped; its log is dropped.
pub(crate) fn program() -> Command {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("reference-server");
    let build = "cargo build -p reference-server --features postgres";
    assert!(program.exists(), "the program is not built: `{build}`");
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PORT", "0")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}
