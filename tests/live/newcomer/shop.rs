//! The package that the newcomer creates, and its running program.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::Value;
use support::port::Port;
use support::process::Process;

use crate::page::{Page, PageRequest};

/// The address in all programs and requests of the pages.
const ADDRESS: &str = "127.0.0.1:3000";

/// A folder in which `cargo new shop` creates a package. It is outside of this workspace, of which the
/// package would become a member, and always the same, so that cargo replaces what it compiled before.
pub(crate) struct Shop(PathBuf);

/// The program of a page, on a port of its own.
pub(crate) struct Program {
    process: Process,
    port: Port,
    /// What it prints before it listens.
    greeting: Vec<String>,
}

/// The response to a `curl` command.
pub(crate) struct Response {
    pub(crate) status: String,
    pub(crate) body: String,
}

impl Shop {
    pub(crate) fn new(name: &str) -> Self {
        let checkout = workspace().display().to_string().replace(['/', '\\'], "-");
        let folder = env::temp_dir().join(format!("newcomer{checkout}")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn package(&self) -> PathBuf {
        self.0.join("shop")
    }

    /// Runs the commands of a page. The library comes from this checkout instead of the registry, and
    /// all other versions are those of its `Cargo.lock`, so that nothing is downloaded.
    pub(crate) fn run_commands(&self, page: &Page) {
        let is_new = !self.package().exists();
        let folder = if is_new { self.0.clone() } else { self.package() };
        let lock = workspace().join("Cargo.lock");
        let path = workspace().join("definable-errors");
        let library = format!("cargo add definable-errors --path '{}'", path.display());
        let lock = format!("&& cd shop && cp '{}' .", lock.display());
        let commands = page.commands().replace("cargo add definable-errors", &library);
        let commands = commands.replace("&& cd shop", &lock);
        let mut shell = Command::new("sh");
        succeed(cargo(shell.args(["-ec", &commands]).current_dir(folder)));
    }

    /// Builds and starts the program of a page.
    pub(crate) fn start(&self, page: &Page, variables: &[(&str, &str)]) -> Program {
        let port = Port::claim();
        let program = page.program().replace(ADDRESS, &port.address().to_string());
        fs::write(self.package().join("src/main.rs"), program).unwrap();
        succeed(cargo(Command::new("cargo").args(["build", "-q"]).current_dir(self.package())));

        let mut run = Command::new("cargo");
        run.args(["run", "-q"])
            .current_dir(self.package())
            .env_remove("APP_ENV")
            .env("NO_COLOR", "1");
        let run = cargo(run.envs(variables.iter().copied()).stdout(Stdio::piped()));
        let mut process = Process::start(run);
        let listening = format!("listening on http://{}", port.address());
        let mut greeting: Vec<_> = process.lines().take_while(|line| *line != listening).collect();
        greeting.retain(|line| !line.is_empty());
        Program { process, port, greeting }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Program {
    /// Sends the requests of a page, and compares each response with the status and the code that the
    /// page promises.
    pub(crate) fn send_requests(&self, page: &Page) {
        for request in page.requests() {
            let response = self.send(&request);
            let code = serde_json::from_str(&response.body)
                .map_or(Value::Null, |mut body: Value| body["code"].take());
            let got = format!("{} {}", response.status, code.as_str().unwrap_or_default());
            assert_eq!(got.trim(), request.promise, "{}: {}", request.command, response.body);
        }
    }

    pub(crate) fn send(&self, request: &PageRequest) -> Response {
        self.curl(request.command)
    }

    /// Requests a URL as a browser does.
    pub(crate) fn get_html(&self, url: &str) -> String {
        self.curl(&format!("curl -H 'accept: text/html' {url}")).body
    }

    /// Runs a `curl` command after the `export` commands that the program printed.
    fn curl(&self, command: &str) -> Response {
        let arguments = command.strip_prefix("curl ").unwrap();
        let arguments = arguments.replace(ADDRESS, &self.port.address().to_string());
        let exports = self.exports().collect::<Vec<_>>().join("\n");
        let curl = "curl --noproxy '*' -sS -w '\\n%{http_code}'";
        let script = format!("{exports}\n{curl} {arguments}");
        let output = succeed(Command::new("sh").args(["-ec", &script]));
        let (body, status) = output.rsplit_once('\n').unwrap();
        Response { status: status.to_owned(), body: body.to_owned() }
    }

    fn exports(&self) -> impl Iterator<Item = &str> {
        self.greeting.iter().map(String::as_str).filter(|line| line.starts_with("export "))
    }

    /// Returns what the program printed when it started, without `export` commands.
    pub(crate) fn greeting_without_exports(&self) -> String {
        let lines = self.greeting.iter().map(String::as_str);
        lines.filter(|line| !line.starts_with("export ")).collect::<Vec<_>>().join("\n")
    }

    /// Returns the next line of the log that contains a text.
    pub(crate) fn event_with(&mut self, text: &str) -> String {
        self.process.lines().find(|line| line.contains(text)).expect("the failure is in the log")
    }
}

/// Returns the folder of this workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Lets cargo work offline, and keep what it compiles for the next time, apart from what the workspace
/// compiles with other features.
fn cargo(command: &mut Command) -> &mut Command {
    command
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("newcomer"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_INCREMENTAL", "0")
}

/// Runs a command to its end, and returns what it prints.
fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}
