//! The OpenAPI document of the reference server, as other tools read it: a validator, a generator of
//! types with the compiler of TypeScript, and a program that sends hostile requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::process::{Process, url_in};
use support::{get, needs, send_to};

use crate::installed::{installed, python};
use crate::reference_server::program;

/// How long hostile requests are sent, in seconds, unless `SCHEMATHESIS_SECONDS` sets it.
const SECONDS: &str = "30";

/// The program in production mode, on a port of its own, without a limit that hostile requests reach.
struct Server {
    _process: Process,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Process::start(program().env("RATE_LIMIT", "1000000/1s"));
        let url = process.lines().find_map(|line| url_in(&line).map(str::to_owned)).unwrap();
        process.discard_output();
        Self { _process: process, url }
    }

    async fn document(&self) -> Value {
        let address = self.url.trim_start_matches("http://").parse().unwrap();
        send_to(address, get("/openapi.json")).await.json()
    }

    /// Returns the access token of the owner of acme.
    async fn token(&self) -> String {
        let credentials =
            json!({"email": "owner@acme.test", "password": "correct horse battery staple"});
        let address = self.url.trim_start_matches("http://").parse().unwrap();
        let request = http::Request::post("/auth/login").header("content-type", "application/json");
        let request = request.body(credentials.to_string().into()).unwrap();
        let tokens = send_to(address, request).await.json();
        tokens["access_token"].as_str().unwrap().to_owned()
    }
}

/// Creates an empty folder for the files of one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("openapi-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi").join(file)
}

/// Runs a command, and returns what it prints if it succeeds.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{printed}\n{errors}");
    printed
}

/// Returns the number in `1737 generated, 1737 passed, 52 skipped`.
fn cases(report: &str) -> u32 {
    let (before, _) = report.split_once(" generated, ").unwrap_or_default();
    before.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn document_is_valid_and_every_example_fits_its_schema() {
    needs!(Python);
    let server = Server::start();
    let file = folder("validated").join("openapi.json");
    fs::write(&file, server.document().await.to_string()).unwrap();
    let found = python("openapi.py", &[file.to_str().unwrap()]);
    assert_eq!(found["errors"], json!([]));
    let count = |name: &str| found[name].as_u64().unwrap();
    assert!(count("operations") > 25 && count("examples") > 300, "{found}");
}

#[tokio::test]
async fn client_in_typescript_narrows_by_code() {
    needs!(NodeOpenApi);
    let server = Server::start();
    let folder = folder("typed");
    let document = folder.join("openapi.json");
    fs::write(&document, server.document().await.to_string()).unwrap();
    let modules = installed("openapi/node_modules");
    let node = |program: &str| {
        let mut node = Command::new("node");
        node.arg(modules.join(program)).current_dir(&folder);
        node
    };
    run(node("openapi-typescript/bin/cli.js").arg(&document).args(["--output", "api.d.ts"]));
    fs::copy(here("client.ts"), folder.join("client.ts")).unwrap();
    let strict = ["--strict", "--noEmit", "--allowImportingTsExtensions", "--target", "es2022"];
    for compiler in ["typescript/bin/tsc", "typescript-7/bin/tsc"] {
        run(node(compiler).args(strict).args(["--module", "nodenext", "client.ts"]));
    }
    // The compiler checks it: a code that does not exist is an error.
    let client = fs::read_to_string(folder.join("client.ts")).unwrap();
    assert!(client.contains("case \"kb_not_found\":"));
    let wrong = client.replace("case \"kb_not_found\":", "case \"kb_not_there\":");
    fs::write(folder.join("client.ts"), wrong).unwrap();
    let mut tsc = node("typescript/bin/tsc");
    tsc.args(strict).args(["--module", "nodenext", "client.ts"]);
    let output = tsc.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success() && errors.contains("kb_not_there"), "{errors}");
}

/// schemathesis sends what the document allows and what it does not allow, and compares every
/// response with the document.
#[tokio::test]
async fn schemathesis_reports_nothing() {
    needs!(Python);
    let server = Server::start();
    let seconds = std::env::var("SCHEMATHESIS_SECONDS").unwrap_or_else(|_| SECONDS.to_owned());
    let mut schemathesis = Command::new(installed("python/bin/schemathesis"));
    schemathesis
        .arg("--config-file")
        .arg(here("schemathesis.toml"))
        .args(["run", &format!("{}/openapi.json", server.url)])
        .args(["--checks", "all", "--continue-on-failure", "--max-time", &seconds])
        .current_dir(folder("hostile"))
        .env("ACCESS_TOKEN", server.token().await)
        .env("API_KEY", "kb_live_acme_ingest")
        .env("NO_COLOR", "1")
        .env("NO_PROXY", "*");
    let report = tokio::task::spawn_blocking(move || run(&mut schemathesis)).await.unwrap();
    assert!(!report.contains("FAILURES") && cases(&report) > 500, "{report}");
}
