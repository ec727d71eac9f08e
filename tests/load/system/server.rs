//! The reference server as a process in production mode.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use support::files::Folder;
use support::process::{Process, url_in};

use crate::settings::{Settings, Size};

/// The secret with which the server signs access tokens. It is a canary, too.
pub(super) const SECRET: &str = "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

/// The program, and a folder for its database and its logs.
pub(super) struct Program {
    path: PathBuf,
    folder: Folder,
}

/// A running server. It is killed when this value is dropped.
pub(super) struct Server {
    process: Process,
    pub(super) address: SocketAddr,
    log: PathBuf,
}

/// What a process has at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Usage {
    /// Resident memory in bytes.
    pub(super) resident: u64,
    pub(super) files: usize,
    pub(super) threads: usize,
}

impl Program {
    /// Returns the program. At full size it is built with the profile of this one; otherwise the debug
    /// build of `cargo test --workspace` is taken, and is only built if there is none.
    pub(super) fn new(settings: Settings) -> Self {
        let this = std::env::current_exe().unwrap();
        let target = this.ancestors().nth(3).expect("cargo puts it into `target/PROFILE/deps`");
        let (path, profile) = match settings.size {
            Size::Full => (target.join("release/reference-server"), "bench"),
            Size::Once => (target.join("debug/reference-server"), "dev"),
        };
        if settings.size == Size::Full || !path.exists() {
            build(target, profile);
        }
        Self { path, folder: Folder::create() }
    }

    /// Starts the program on the database that all its processes share, with the given settings.
    pub(super) fn start(&self, name: &str, settings: &[(&str, &str)]) -> Server {
        let database = self.folder.path().join("kbs.db");
        let log = self.folder.path().join(name);
        let mut command = Command::new(&self.path);
        command
            .env_clear()
            .envs([("PORT", "0"), ("JWT_SECRET", SECRET), ("LOG_FORMAT", "json")])
            // Rejected requests are logged as well, so that the log shows what of them gets there.
            .env("LOG", "info,definable_errors=debug")
            .env("DATABASE_URL", database)
            .envs(settings.iter().copied())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap());
        let mut process = Process::start(&mut command);
        let greeting = process.lines().find(|line| url_in(line).is_some());
        let greeting = greeting.unwrap_or_else(|| panic!("{}", fs::read_to_string(&log).unwrap()));
        let address = url_in(&greeting).unwrap().trim_start_matches("http://").parse().unwrap();
        process.discard_output();
        Server { process, address, log }
    }
}

fn build(target: &Path, profile: &str) {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--package", "reference-server", "--profile", profile]);
    cargo.env("CARGO_TARGET_DIR", target).current_dir(env!("CARGO_MANIFEST_DIR"));
    // Cargo describes this package to this program. To ring it would be a changed package of its own,
    // and so a reason to compile again.
    for (name, _) in std::env::vars_os() {
        let described = name.to_string_lossy();
        if described.starts_with("CARGO_PKG_") || described.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    assert!(cargo.status().unwrap().success(), "the reference server does not compile");
}

impl Server {
    pub(super) fn usage(&self) -> Usage {
        Usage {
            resident: self.process.resident(),
            files: self.process.open_files(),
            threads: self.process.threads(),
        }
    }

    /// Sends the signal to stop that an orchestrator sends.
    pub(super) fn terminate(&self) {
        self.process.signal("TERM");
    }

    pub(super) fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Waits for the end of the process, and returns how it ended and how long that took.
    pub(super) fn wait(&mut self) -> (ExitStatus, Duration) {
        let start = Instant::now();
        (self.process.wait(), start.elapsed())
    }

    /// Returns what the process has logged so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}
