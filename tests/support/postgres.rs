//! A real PostgreSQL, and databases on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs};

use crate::files::Folder;
use crate::port::Port;
use crate::process::{MISSING, Process};
use crate::{tools, until};

/// A PostgreSQL with an empty database, which belongs to one test or to one program of tests.
#[derive(Debug)]
pub struct Server {
    process: Process,
    port: Port,
    folder: Folder,
}

impl Server {
    /// Starts a server on a port of its own.
    pub fn start() -> Self {
        Self::start_with(&[], |_| {})
    }

    /// Starts a server that offers TLS, with a certificate of its own for its address.
    pub fn with_tls() -> Self {
        Self::start_with(&["-c", "ssl=on"], create_certificate)
    }

    fn start_with(settings: &[&str], prepare: fn(&Path)) -> Self {
        let (port, folder) = (Port::claim(), Folder::create());
        initialize(folder.path());
        prepare(folder.path());
        let server = Self { process: run(&port, folder.path(), settings), port, folder };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        let is_ready = || client("pg_isready").args(["--quiet", "--dbname", &self.url()]).status();
        until(Duration::from_secs(60), || is_ready().is_ok_and(|status| status.success()));
    }

    /// Returns the URL of the empty database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.port.address())
    }

    /// Returns the path of the certificate of a server that offers TLS.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("server.crt")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The children of the server end when it does; after a kill they may stay for a while.
        self.process.signal("QUIT");
        self.process.wait();
    }
}

/// A database on a server, which is deleted when this value is dropped.
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Creates an empty database on the server with this URL.
    pub fn create(server: &str) -> Self {
        Self::create_from(server, "template0")
    }

    /// Creates a copy of the database with this URL, to which no client may be connected.
    pub fn copy(url: &str) -> Self {
        let (server, name) = url.rsplit_once('/').expect("the URL names a database");
        Self::create_from(&format!("{server}/postgres"), name)
    }

    fn create_from(server: &str, template: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        // A copy of the files is faster than one that goes through the log.
        let settings = ["--template", template, "--strategy", "file_copy"];
        let name = format!("test_{}_{}", id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let server = server.to_owned();
        finish(client("createdb").args(["--maintenance-db", &server]).args(settings).arg(&name));
        Self { server, name }
    }

    /// Returns the URL of the database.
    pub fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let mut drop = client("dropdb");
        drop.args(["--force", "--if-exists", "--maintenance-db", &self.server, &self.name]);
        let _ = drop.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// Creates the files of a server that trusts every client on this machine.
fn initialize(folder: &Path) {
    let data = folder.to_str().unwrap();
    if is_root() {
        finish(Command::new("chown").args(["postgres:", data]));
    }
    let settings = ["--auth", "trust", "--username", "postgres", "--encoding", "UTF8", "--no-sync"];
    finish(program("initdb").args(settings).args(["--pgdata", data]));
}

const CERTIFICATE: &str = "
    [req]
    distinguished_name = name
    x509_extensions = extensions
    prompt = no
    [name]
    CN = postgres.test
    [extensions]
    basicConstraints = critical, CA:FALSE
    subjectAltName = IP:127.0.0.1
";

/// Creates a certificate that no authority has signed. Debian's PostgreSQL depends on OpenSSL.
fn create_certificate(folder: &Path) {
    let settings = folder.join("certificate.cnf");
    fs::write(&settings, CERTIFICATE).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-noenc", "-newkey", "rsa:2048", "-days", "2", "-config"]);
    openssl.arg(settings).current_dir(folder);
    finish(openssl.args(["-keyout", "server.key", "-out", "server.crt"]));
    if is_root() {
        finish(Command::new("chown").args(["postgres:", "server.key"]).current_dir(folder));
    }
}

fn run(port: &Port, folder: &Path, settings: &[&str]) -> Process {
    let (port, data) = (port.number().to_string(), folder.to_str().unwrap());
    let mut postgres = program("postgres");
    postgres.args(["-D", data, "-p", &port, "-k", data, "-h", "127.0.0.1"]);
    // The tests lose nothing of worth with a machine that fails.
    postgres.args(["-F", "-c", "deadlock_timeout=100ms", "-c", "max_connections=200"]);
    postgres.args(settings);
    postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Process::start(&mut postgres)
}

/// Returns a command for a server program. These refuse to run as root.
fn program(name: &str) -> Command {
    if !is_root() {
        return client(name);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]);
    command.arg(newest().join("bin").join(name)).current_dir(env::temp_dir());
    command
}

/// Returns a command for a program of the newest PostgreSQL.
fn client(name: &str) -> Command {
    Command::new(newest().join("bin").join(name))
}

/// Runs a program to its successful end.
fn finish(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; {MISSING}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn newest() -> PathBuf {
    tools::newest_postgres().unwrap_or_else(|| panic!("no PostgreSQL; {MISSING}"))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}
