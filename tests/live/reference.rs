//! The reference server, as `cargo test --workspace` builds it.

use std::process::{Command, Stdio};

/// Returns a command for the program with nothing but the given settings, on a port of its own. Its
/// standard output is piped; its log is dropped.
pub(crate) fn reference_server(settings: &[(&str, &str)]) -> Command {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("reference-server");
    assert!(program.exists(), "the program is not built: `cargo build -p reference-server`");
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PORT", "0")
        .envs(settings.iter().copied())
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}
