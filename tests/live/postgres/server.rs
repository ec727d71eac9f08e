use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool};
use support::port::Port;
use support::process::{MISSING, Process};

/// A PostgreSQL with an empty database, which belongs to one test.
pub(crate) struct Server {
    process: Process,
    port: Port,
    folder: PathBuf,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let port = Port::claim();
        let folder = std::env::temp_dir().join(format!("postgres-{}", port.number()));
        let _ = std::fs::remove_dir_all(&folder);
        initialize(&folder);
        let server = Self { process: run(&port, &folder), port, folder };
        server.wait_until_it_answers().await;
        server
    }

    async fn wait_until_it_answers(&self) {
        let started = Instant::now();
        while PgConnection::connect(&self.url()).await.is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "PostgreSQL does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port.number())
    }

    /// Connects a pool, and runs SQL on it first.
    pub(crate) async fn pool(&self, schema: &'static str) -> PgPool {
        let pool = PgPoolOptions::new().max_connections(4).connect(&self.url()).await.unwrap();
        sqlx::raw_sql(schema).execute(&pool).await.unwrap();
        pool
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The children of the server end when it does; after a kill they may stay for a while.
        self.process.signal("QUIT");
        self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Creates the files of a server that trusts every client on this machine.
fn initialize(folder: &Path) {
    let data = folder.to_str().unwrap();
    if is_root() {
        std::fs::create_dir_all(folder).unwrap();
        let owned = Command::new("chown").args(["postgres:", data]).status();
        assert!(owned.unwrap().success(), "{MISSING}");
    }
    let settings = ["--auth", "trust", "--username", "postgres", "--no-sync", "--pgdata", data];
    let output = program("initdb").args(settings).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn run(port: &Port, folder: &Path) -> Process {
    let (port, data) = (port.number().to_string(), folder.to_str().unwrap());
    let mut postgres = program("postgres");
    postgres.args(["-D", data, "-p", &port, "-k", data, "-h", "127.0.0.1"]);
    // The tests lose nothing of worth with a machine that fails.
    postgres.args(["-F", "-c", "deadlock_timeout=100ms", "-c", "max_connections=40"]);
    postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Process::start(&mut postgres)
}

/// Returns a command for a program of the newest PostgreSQL. It refuses to run as root.
fn program(name: &str) -> Command {
    let program = newest().join("bin").join(name);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
    command.current_dir(std::env::temp_dir());
    command
}

fn newest() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").expect(MISSING);
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions =
        installed.map(|entry| entry.unwrap().path()).filter(|path| version(path).is_some());
    versions.max_by_key(version).expect(MISSING)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}
