//! An issuer in another language, which publishes its keys.

use std::net::{Ipv4Addr, SocketAddr};

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use support::process::Process;
use support::{get, posting, send_to};

use super::{claims, program};

/// An issuer that publishes its keys, written for node.
pub(crate) struct Issuer {
    _process: Process,
    address: SocketAddr,
}

impl Issuer {
    pub(crate) fn start() -> Self {
        let mut process = Process::start(&mut program::node(include_str!("../node/issuer.mjs")));
        let port: u16 = process.line().parse().unwrap();
        Self { _process: process, address: (Ipv4Addr::LOCALHOST, port).into() }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    pub(crate) async fn rotate(&self) {
        self.post("/rotate", &Value::Null).await;
    }

    pub(crate) async fn token(&self, algorithm: &str) -> String {
        let token = self.post("/token", &json!({ "alg": algorithm, "claims": claims() })).await;
        token.as_str().unwrap().to_owned()
    }

    pub(crate) async fn fetches(&self) -> u64 {
        self.ask(get("/fetches")).await.as_u64().unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(posting(path, "application/json", body.to_string())).await
    }

    async fn ask(&self, request: Request<Body>) -> Value {
        let answer = send_to(self.address, request).await;
        assert!(answer.status.is_success(), "{answer}");
        answer.json()
    }
}
