//! Programs that a test starts, of ours and of others.

use std::io::{BufRead, BufReader, Lines, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus};
use std::time::Duration;
use std::{env, fs, thread};

use crate::tools;

/// The message if a program is not installed although a test has not named it as a need.
pub const MISSING: &str = "what the tests need is not installed: run `tests/run tools`";

/// A program that is killed when this value is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Process {
    /// Starts a program. Its lines can be read if its standard output is piped.
    pub fn start(command: &mut Command) -> Self {
        let child = command.spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}; {MISSING}"));
        let lines = child.stdout.take().map(|output| BufReader::new(output).lines());
        Self { child, lines }
    }

    /// Returns the lines that the program prints, until it ends.
    pub fn lines(&mut self) -> impl Iterator<Item = String> {
        self.lines.as_mut().expect("the output is piped").map_while(Result::ok)
    }

    /// Returns the next line that the program prints.
    pub fn line(&mut self) -> String {
        self.lines().next().expect("it prints a line")
    }

    /// Reads the rest of the output on a thread of its own, so that the program never blocks on a full
    /// pipe.
    pub fn discard_output(&mut self) {
        if let Some(lines) = self.lines.take() {
            thread::spawn(move || lines.for_each(drop));
        }
    }

    /// Returns what the program writes to its standard error until it ends.
    pub fn errors(&mut self) -> String {
        let mut text = String::new();
        let errors = self.child.stderr.as_mut().expect("the standard error is piped");
        errors.read_to_string(&mut text).unwrap();
        text
    }

    /// Sends a signal, such as `TERM` or `STOP`.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let kill = kill.args([&format!("-{name}"), &self.child.id().to_string()]);
        assert!(kill.status().unwrap().success());
    }

    /// Kills the program as `kill -9` does, which breaks its connections.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for the end of the program.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Returns whether the program has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Returns the resident memory of the program in bytes.
    pub fn resident(&self) -> u64 {
        bytes(&self.child.id().to_string(), "VmRSS:")
    }

    /// Returns the time that the threads of the program have been on a processor, in the program and in
    /// the kernel. It is exact for threads that wait, and leaves out threads that have ended.
    pub fn processor_time(&self) -> Duration {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        threads.map(|thread| processor_time(&thread.unwrap().path())).sum()
    }

    /// Returns the number of files and sockets that the program has open.
    pub fn open_files(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Returns the number of threads of the program.
    pub fn threads(&self) -> usize {
        fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap().count()
    }

    /// Returns the peak of the resident memory of the program in bytes.
    pub fn peak(&self) -> u64 {
        bytes(&self.child.id().to_string(), "VmHWM:")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the resident memory of this process in bytes.
pub fn resident() -> u64 {
    bytes("self", "VmRSS:")
}

/// Reads the time of a thread from `schedstat`, which is in nanoseconds.
fn processor_time(thread: &Path) -> Duration {
    let times = fs::read_to_string(thread.join("schedstat")).unwrap();
    Duration::from_nanos(times.split(' ').next().unwrap().parse().unwrap())
}

/// Reads a figure of `proc_pid_status(5)`, which is in kibibytes.
fn bytes(process: &str, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let figure = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    let kibibytes: u64 = figure.trim().trim_end_matches(" kB").parse().unwrap();
    kibibytes * 1024
}

/// Returns a command for this program.
pub fn this_program() -> Command {
    Command::new(env::current_exe().unwrap())
}

/// Returns a command for this program that runs only the test with the given path, even if it is
/// ignored, and prints what it prints.
pub fn this_test(path: &str) -> Command {
    let mut command = this_program();
    command.args(["--exact", path, "--include-ignored", "--nocapture"]);
    command
}

/// Returns a command for the first of the named programs that is installed.
pub fn installed(names: &[&str]) -> Command {
    let file = tools::program(names);
    Command::new(file.unwrap_or_else(|| panic!("no {}; {MISSING}", names.join(", "))))
}

/// Returns the first address in a text that a program prints when it starts, as `http://127.0.0.1:80`.
pub fn url_in(text: &str) -> Option<&str> {
    let url = text.split_whitespace().find(|word| word.starts_with("http://"))?;
    Some(url.trim_end_matches([',', '.', '/']))
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    #[test]
    fn url_ends_before_the_punctuation() {
        let line = "INFO listening on http://127.0.0.1:3000, try:";
        assert_eq!(url_in(line), Some("http://127.0.0.1:3000"));
        assert_eq!(url_in("listening"), None);
    }

    #[test]
    fn processor_time_grows_while_a_program_works_and_not_while_it_waits() {
        crate::needs!(ProcFs);
        let mut command = Command::new("sh");
        command.args(["-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo; read line"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Process::start(&mut command);
        process.line();
        crate::until(Duration::from_secs(60), || {
            let before = process.processor_time();
            thread::sleep(Duration::from_millis(10));
            process.processor_time() == before
        });
        assert!(process.processor_time() > Duration::from_millis(1));
    }

    #[test]
    fn process_prints_lines_and_ends_by_a_signal() {
        crate::needs!(ProcFs);
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo three >&2; echo two; exec sleep 60"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Process::start(&mut command);
        assert_eq!([process.line(), process.line()], ["one", "two"]);
        // The kernel counts pages per thread and adds them up later, so the two are not compared.
        assert!(process.is_running() && process.resident() > 0 && process.peak() > 0);
        // Its standard streams, and its main thread.
        assert!(process.open_files() >= 3 && process.threads() == 1);
        process.signal("TERM");
        assert!(!process.wait().success());
        assert_eq!(process.errors(), "three\n");
    }
}
