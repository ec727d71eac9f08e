//! The reference server, started in the usual way.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

// Ids of the seed data.
pub(super) const ACME: &str = "11111111-1111-4111-8111-111111111111";
pub(super) const HANDBOOK: &str = "aaaaaaaa-0001-4000-8000-000000000000";
pub(super) const OWNER: &str = "bbbbbbbb-0001-4000-8000-000000000000";

/// The program in development mode, on a port of its own.
pub(super) struct Server {
    process: Child,
    pub(super) url: String,
}

impl Server {
    /// Starts the program with a quota that the flows use up; pages of `origin` may read all
    /// responses.
    pub(super) fn start(origin: &str) -> Self {
        let tests = std::env::current_exe().unwrap();
        let program = tests.ancestors().nth(2).unwrap().join("reference-server");
        assert!(program.exists(), "the program is not built: `cargo build -p reference-server`");
        let mut process = Command::new(program)
            .env_clear()
            .envs([("PORT", "0"), ("APP_ENV", "dev"), ("RATE_LIMIT", "24/6s")])
            .env("CORS_ORIGINS", origin)
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("http://")).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let url = url.to_owned();
        // The rest of the output is read as well, so that the program never blocks on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
