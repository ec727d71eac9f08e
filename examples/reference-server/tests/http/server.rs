//! The program under test.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use support::process::{Process, url_in};

use crate::database::Database;

/// The secret with which the servers of all tests sign access tokens.
pub(crate) const SECRET: &str = "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

/// The program under test, on a port of its own.
pub(crate) struct Server {
    process: Process,
    /// Its database, unless the test has another one.
    _database: Option<Database>,
    pub(crate) greeting: String,
    pub(crate) url: String,
}

/// Returns a command for the program with nothing but the given settings.
pub(crate) fn program(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reference-server"));
    configure(&mut command, settings);
    command
}

fn configure<'a>(command: &'a mut Command, settings: &[(&str, &str)]) -> &'a mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = [("PORT", "0"), ("JWT_SECRET", SECRET)];
    command.env_clear().env("PATH", path).envs(usual).envs(settings.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())
}

impl Server {
    pub(crate) fn production() -> Self {
        Self::with(&[])
    }

    pub(crate) fn development() -> Self {
        Self::with(&[("APP_ENV", "dev")])
    }

    /// Starts the program in a folder that may not be that of its source code.
    pub(crate) fn development_in(folder: &Path) -> Self {
        Self::start(program(&[("APP_ENV", "dev")]).current_dir(folder))
    }

    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        Self::start(&mut program(settings))
    }

    pub(crate) fn with_flags(flags: &[&str]) -> Self {
        Self::start(program(&[]).args(flags))
    }

    pub(crate) fn without(setting: &str) -> Self {
        Self::start(program(&[]).env_remove(setting))
    }

    /// Starts the program with a soft limit of `files` open files.
    pub(crate) fn with_files(files: u32) -> Self {
        let mut shell = Command::new("sh");
        let run =
            format!("ulimit -S -n {files} && exec {}", env!("CARGO_BIN_EXE_reference-server"));
        shell.args(["-c", &run]);
        Self::start(configure(&mut shell, &[]))
    }

    /// Returns the resident memory of the program in MiB.
    pub(crate) fn resident_mib(&self) -> u64 {
        self.process.resident() / (1024 * 1024)
    }

    fn start(program: &mut Command) -> Self {
        let has_one = program.get_envs().any(|(name, _)| name == "DATABASE_URL");
        let database = if has_one { None } else { Database::copy_of_template() };
        program.envs(database.iter().map(|database| ("DATABASE_URL", database.url())));
        let mut process = Process::start(program);
        let greeting = greeting(&mut process);
        let url = url_in(&greeting).expect("the greeting contains the address").to_owned();
        Self { process, _database: database, greeting, url }
    }

    /// Returns the address on which the program listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().expect("the URL is an address")
    }

    /// Sends the program the signal to stop that an orchestrator sends.
    pub(crate) fn terminate(&self) {
        self.process.signal("TERM");
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.process.wait()
    }

    /// Stops the program and returns everything that it logged.
    pub(crate) fn log(mut self) -> String {
        self.terminate();
        self.process.errors()
    }
}

/// Reads the greeting that the program prints before the first request; it ends with the
/// seventh `curl` command.
fn greeting(process: &mut Process) -> String {
    let mut greeting = String::new();
    for line in process.lines() {
        greeting += &line;
        greeting.push('\n');
        if greeting.matches("curl -").count() == 7 {
            break;
        }
    }
    greeting
}
