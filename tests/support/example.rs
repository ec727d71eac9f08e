//! The program of an example, and the commands in its documentation.

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use axum::body::Body;
use http::Request;
use serde_json::Value;

use crate::process::{Process, url_in};
use crate::{Answer, send_to};

/// The address in the documentation of an example, where it listens unless `PORT` is set.
const DOCUMENTED: &str = "http://127.0.0.1:3000";

/// The root of the repository, where the commands of documentation are run.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The running program of an example. Its first line contains its address, the others are its log.
#[derive(Debug)]
pub struct Example {
    process: Process,
    address: SocketAddr,
}

impl Example {
    /// Starts the program on a free port.
    pub fn start(program: &str) -> Self {
        Self::with(program, &[])
    }

    /// Starts the program on a free port, with these environment variables.
    pub fn with(program: &str, variables: &[(&str, &str)]) -> Self {
        Self::from_command(Command::new(program).envs(variables.iter().copied()))
    }

    /// Starts the program of a command on a free port: one with arguments.
    pub fn from_command(command: &mut Command) -> Self {
        command.env("PORT", "0").env("NO_COLOR", "1");
        let mut process = Process::start(command.stdout(Stdio::piped()));
        let line = process.line();
        let address = url_in(&line).and_then(|url| url.strip_prefix("http://")?.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address in the first line: {line}"));
        Self { process, address }
    }

    /// Returns the address that it listens on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the next line of its log.
    pub fn line(&mut self) -> String {
        self.process.line()
    }

    /// Returns the next lines of its log.
    pub fn lines(&mut self) -> impl Iterator<Item = String> {
        self.process.lines()
    }

    /// Reads the rest of its log and drops it, for a program that logs more than fits into a pipe.
    #[must_use = "the program stops when this value is dropped"]
    pub fn without_log(mut self) -> Self {
        self.process.discard_output();
        self
    }

    /// Ends the program as Ctrl-C does, waits until it has sent what is left, and checks that it succeeded.
    pub async fn stop(mut self) {
        let stopped = tokio::task::spawn_blocking(move || {
            self.process.signal("INT");
            assert!(self.process.wait().success());
        });
        stopped.await.expect("the program ends well");
    }

    /// Sends a request, and checks what all responses have in common.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answer = send_to(self.address, request).await;
        answer.check();
        answer
    }

    /// Runs the shell commands in the head comment of the program's source, and checks what they
    /// receive as [`check_commands`] does. The command that starts the program is not run.
    pub fn check_documented_commands(&self, source: &str) {
        let address = format!("http://{}", self.address);
        let commands = documented_commands(source).into_iter();
        let commands = commands.filter(|line| !line.contains("cargo run"));
        let commands: Vec<_> = commands.map(|line| line.replace(DOCUMENTED, &address)).collect();
        let checked = check_commands(commands.iter().map(String::as_str));
        assert!(checked >= 2, "{checked} commands are documented");
    }
}

/// Returns the lines of the code blocks for a shell in the `//!` comment.
fn documented_commands(source: &str) -> Vec<&str> {
    let comment = source.lines().map_while(|line| line.strip_prefix("//!"));
    let mut commands = Vec::new();
    let mut is_code = false;
    for line in comment {
        match line.trim() {
            "```sh" => is_code = true,
            "```" => is_code = false,
            line if is_code => commands.push(line),
            _ => {}
        }
    }
    commands
}

/// Runs the lines of a shell script in order, and returns how many of them were checked.
///
/// A line such as `curl http://127.0.0.1:3000/orders/42  # 404 order_not_found` is checked: the
/// response must have this status, and this code if it is a problem; any other body contains the
/// word. What follows a comma is for readers. Files are named from the root of the repository. The other lines, such as one that sets a variable, are
/// run before each line after them. A line that ends with `\` goes on in the next one.
pub fn check_commands<'a>(lines: impl IntoIterator<Item = &'a str>) -> usize {
    let (mut before, mut line, mut checked) = (String::new(), String::new(), 0);
    for part in lines {
        line.push_str(part.trim_end_matches('\\'));
        if part.ends_with('\\') {
            continue;
        }
        match line.strip_prefix("curl ") {
            Some(arguments) => {
                check(&before, arguments);
                checked += 1;
            }
            None => before = format!("{before}{line}\n"),
        }
        line.clear();
    }
    checked
}

fn check(before: &str, arguments: &str) {
    let (arguments, promise) = arguments.rsplit_once('#').expect("a comment says what it gives");
    let curl = format!("{before}curl -s -S -w '\\n%{{http_code}}' {arguments}");
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", &curl]).current_dir(ROOT).env("no_proxy", "*");
    let output = shell.output().expect("a shell is installed");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let output = String::from_utf8(output.stdout).expect("the response is text");
    let (body, status) = output.rsplit_once('\n').expect("the status stands behind the body");

    let (promise, _) = promise.split_once(',').unwrap_or((promise, ""));
    let mut promise = promise.split_whitespace();
    assert_eq!(Some(status), promise.next(), "{curl}\n{body}\n{errors}");
    let word = promise.next();
    match code(body) {
        Some(code) => assert_eq!(word, Some(&*code), "{curl}\n{body}"),
        None => assert!(body.contains(word.unwrap_or_default()), "{word:?}: {curl}\n{body}"),
    }
}

/// Returns the code of a problem.
fn code(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    Some(body.get("code")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_in_the_head_of_the_source() {
        let source = "//! A service.\n//!\n//! ```sh\n//! cargo run -p a\n//! curl a \\\n//!   -X POST  # 200\n//! ```\n//! More.\nuse a;\n//! ```sh\n//! no\n";
        assert_eq!(documented_commands(source), ["cargo run -p a", "curl a \\", "-X POST  # 200"]);
    }

    #[test]
    #[should_panic(expected = "file://")]
    fn another_status_is_a_failure() {
        // curl prints the status 000 for what is not HTTP.
        check_commands(["X=/dev/null", "curl file://$X  # 200"]);
    }

    #[test]
    fn lines_before_a_command_set_its_variables() {
        let lines = ["X=/dev", "Y=$X/null", "curl \\", "  file://$Y  # 000, no HTTP", "Z=1"];
        assert_eq!(check_commands(lines), 1);
    }
}
