use std::io::{BufRead, BufReader, Lines};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

/// The first argument with which this program starts itself; the role follows.
pub(crate) const ROLE: &str = "--as";

/// This program again, in another role. It is killed when this value is dropped.
pub(crate) struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(crate) fn start(role: &str, words: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([ROLE, role]).args(words).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Returns the next line that the program prints.
    pub(crate) fn line(&mut self) -> String {
        self.lines.next().expect("it prints a line").unwrap()
    }

    /// Returns the peak memory of the program in bytes.
    pub(crate) fn peak(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kibibytes * 1024
    }

    /// Returns the address of the service, which the program prints first.
    pub(crate) fn address(&mut self) -> SocketAddr {
        self.line().parse().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
