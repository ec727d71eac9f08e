use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::{Client, Cmd, FromRedisValue};

use super::port::Port;

/// A Redis that belongs to one test.
pub(crate) struct Server {
    process: Child,
    port: Port,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_at(Port::claim())
    }

    pub(crate) fn start_at(port: Port) -> Self {
        Self::start_with(port, &[])
    }

    /// Starts the only node of a cluster.
    pub(crate) fn cluster() -> Self {
        let port = Port::claim();
        let nodes = nodes(&port);
        let server =
            Self::start_with(port, &["--cluster-enabled", "yes", "--cluster-config-file", &nodes]);
        let _: String = server.ask(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
        server
    }

    fn start_with(port: Port, settings: &[&str]) -> Self {
        let server = Self { process: run(&port, settings), port };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        let started = Instant::now();
        while self.try_ask::<()>(&redis::cmd("PING")).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "redis-server does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn url(&self) -> String {
        url(self.address())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Kills the server as `kill -9` does, which breaks its connections.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Restarts the server without data on the same port.
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.process = run(&self.port, &[]);
        self.wait_until_it_answers();
    }

    /// Makes the server hang: connections stay open, but no command gets a reply.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let mut kill = Command::new("kill");
        assert!(kill.args([signal, &self.process.id().to_string()]).status().unwrap().success());
    }

    pub(crate) fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut asked = redis::cmd(command[0]);
        asked.arg(&command[1..]);
        self.try_ask(&asked).unwrap()
    }

    fn try_ask<T: FromRedisValue>(&self, command: &Cmd) -> redis::RedisResult<T> {
        command.query(&mut Client::open(self.url())?.get_connection()?)
    }

    /// Returns how often a command was called, and how many microseconds a call took.
    pub(crate) fn usage(&self, command: &str) -> (u64, f64) {
        let text: String = self.ask(&["INFO", "commandstats"]);
        let line = text.lines().find(|line| line.starts_with(&format!("cmdstat_{command}:")));
        let Some(line) = line else { return (0, 0.0) };
        let number = |name: &str| -> f64 {
            let (_, rest) = line.split_once(&format!("{name}=")).unwrap();
            rest.split(',').next().unwrap().parse().unwrap()
        };
        (format!("{}", number("calls")).parse().unwrap(), number("usec_per_call"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(folder().join(nodes(&self.port)));
    }
}

/// Returns the name of the file in which a cluster node stores its state.
fn nodes(port: &Port) -> String {
    format!("nodes-{}.conf", port.number())
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

pub(crate) fn url(address: SocketAddr) -> String {
    format!("redis://{address}")
}

fn run(port: &Port, settings: &[&str]) -> Child {
    let port = port.number().to_string();
    std::fs::create_dir_all(folder()).unwrap();
    let mut command = Command::new("redis-server");
    command.args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    command.args(settings).current_dir(folder()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap_or_else(|_| panic!("redis-server is missing: run `tests/run tools`"))
}
