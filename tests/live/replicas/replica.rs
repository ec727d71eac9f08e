//! Processes of the reference server, and requests to them.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use support::Answer;
use support::files::Folder;
use support::process::{Process, url_in};

use crate::reference_server::program;

/// The id of an organization of the seed data.
pub(super) const ACME: &str = "11111111-1111-4111-8111-111111111111";

/// The secret with which all replicas sign access tokens.
pub(super) const SECRET: &str = "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

/// One of several processes of the reference server.
pub(super) struct Replica {
    process: Process,
    pub(super) address: SocketAddr,
    log: PathBuf,
    _folder: Folder,
}

/// Starts three replicas on one database at the same moment.
pub(super) fn start(database: &str, settings: &[(&str, &str)]) -> [Replica; 3] {
    let started = [(); 3].map(|()| spawn(database, settings));
    started.map(|(mut process, folder)| {
        let greeting = process.lines().find(|line| url_in(line).is_some());
        let log = folder.path().join("log");
        let greeting = greeting.unwrap_or_else(|| panic!("{}", fs::read_to_string(&log).unwrap()));
        let address = url_in(&greeting).unwrap().trim_start_matches("http://").parse().unwrap();
        process.discard_output();
        Replica { process, address, log, _folder: folder }
    })
}

fn spawn(database: &str, settings: &[(&str, &str)]) -> (Process, Folder) {
    let folder = Folder::create();
    let log = File::create(folder.path().join("log")).unwrap();
    let mut program = program();
    program.envs([("DATABASE_URL", database), ("JWT_SECRET", SECRET), ("LOG_FORMAT", "json")]);
    program.env("RATE_LIMIT", "100000/60s").envs(settings.iter().copied()).stderr(log);
    (Process::start(&mut program), folder)
}

impl Replica {
    /// Kills the process as `kill -9` does.
    pub(super) fn kill(&mut self) {
        self.process.kill();
    }

    /// Returns what the process has logged so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Logs in the owner of acme, and returns the tokens.
    pub(super) async fn login(&self) -> Value {
        let body = json!({"email": "owner@acme.test", "password": "correct horse battery staple"});
        let answer = send(self.address, post("/auth/login", &body, "")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub(super) async fn get(&self, path: &str, token: &str) -> Answer {
        let fields = [("authorization", &*format!("Bearer {token}"))];
        send(self.address, support::with(Method::GET, path, &fields, Body::empty())).await
    }
}

/// Returns a request with a body of JSON, and an access token unless that is empty.
pub(super) fn post(path: &str, body: &Value, token: &str) -> Request<Body> {
    let bearer = format!("Bearer {token}");
    let mut fields = vec![("content-type", "application/json"), ("x-request-id", "replica-7")];
    if !token.is_empty() {
        fields.push(("authorization", &bearer));
    }
    support::with(Method::POST, path, &fields, body.to_string())
}

pub(super) async fn send(address: SocketAddr, request: Request<Body>) -> Answer {
    let answer = support::send_to(address, request).await;
    answer.check_problem();
    answer
}
