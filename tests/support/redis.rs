//! A real Redis that can be killed, restarted and made to hang.

use std::fmt::{self, Debug, Formatter};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use ::redis::{Client, Cmd, Connection, FromRedisValue, RedisResult};

use crate::files::Folder;
use crate::port::Port;
use crate::process::Process;
use crate::until;

/// A Redis that belongs to one test.
#[derive(Debug)]
pub struct Server {
    process: Process,
    port: Port,
    folder: Folder,
}

impl Server {
    /// Starts an empty Redis on a port of its own.
    pub fn start() -> Self {
        Self::start_at(Port::claim())
    }

    /// Starts an empty Redis.
    pub fn start_at(port: Port) -> Self {
        Self::start_with(port, &[])
    }

    /// Starts the only node of a cluster.
    pub fn cluster() -> Self {
        let settings = ["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"];
        let server = Self::start_with(Port::claim(), &settings);
        let _: String = server.ask(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
        server
    }

    fn start_with(port: Port, settings: &[&str]) -> Self {
        let folder = Folder::create();
        let server = Self { process: run(&port, &folder, settings), port, folder };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        until(Duration::from_secs(60), || self.try_ask::<()>(&::redis::cmd("PING")).is_ok());
    }

    /// Returns the URL that clients connect to.
    pub fn url(&self) -> String {
        url(self.address())
    }

    /// Returns the address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Kills the server as `kill -9` does, which breaks its connections.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Restarts the server without data on the same port.
    pub fn restart(&mut self) {
        self.kill();
        self.process = run(&self.port, &self.folder, &[]);
        self.wait_until_it_answers();
    }

    /// Makes the server hang: connections stay open, but no command gets a reply.
    pub fn pause(&self) {
        self.process.signal("STOP");
    }

    /// Ends a [`pause`](Self::pause).
    pub fn resume(&self) {
        self.process.signal("CONT");
    }

    /// Opens a connection that stays open.
    pub fn session(&self) -> Session {
        Session(Client::open(self.url()).unwrap().get_connection().unwrap())
    }

    /// Sends a command and returns its reply.
    pub fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        let mut asked = ::redis::cmd(command[0]);
        asked.arg(&command[1..]);
        self.try_ask(&asked).unwrap()
    }

    fn try_ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        command.query(&mut Client::open(self.url())?.get_connection()?)
    }

    /// Returns how often a command was called, and how many microseconds a call took.
    pub fn usage(&self, command: &str) -> (u64, f64) {
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

/// A connection to a [`Server`] that does not accept others.
pub struct Session(Connection);

impl Session {
    /// Sends a command and returns its reply.
    pub fn ask<T: FromRedisValue>(&mut self, command: &[&str]) -> T {
        ::redis::cmd(command[0]).arg(&command[1..]).query(&mut self.0).unwrap()
    }

    /// Closes all other connections of clients.
    pub fn close_others(&mut self) {
        let _: u64 = self.ask(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
    }
}

impl Debug for Session {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

/// Returns the URL of a Redis, or of a program that stands in for one, at `address`.
pub fn url(address: SocketAddr) -> String {
    format!("redis://{address}")
}

fn run(port: &Port, folder: &Folder, settings: &[&str]) -> Process {
    let port = port.number().to_string();
    let mut command = Command::new("redis-server");
    command.args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    command.args(settings).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
    Process::start(&mut command)
}
