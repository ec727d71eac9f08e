use std::io::{BufRead, BufReader};
use std::process::Child;

use reqwest::Client;
use serde_json::{Value, json};

use super::{claims, program};

/// An issuer that publishes its keys, written for node.
pub(crate) struct Issuer {
    process: Child,
    address: String,
    client: Client,
}

impl Issuer {
    pub(crate) fn start() -> Self {
        let mut process = program::node(include_str!("../node/issuer.mjs"));
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let address = format!("http://127.0.0.1:{}", port.trim());
        Self { process, address, client: Client::builder().no_proxy().build().unwrap() }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/jwks.json", self.address)
    }

    pub(crate) async fn rotate(&self) {
        self.post("rotate", &Value::Null).await;
    }

    pub(crate) async fn token(&self, algorithm: &str) -> String {
        let token = self.post("token", &json!({ "alg": algorithm, "claims": claims() })).await;
        token.as_str().unwrap().to_owned()
    }

    pub(crate) async fn fetches(&self) -> u64 {
        let answer = self.client.get(format!("{}/fetches", self.address)).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}/{path}", self.address)).json(body);
        request.send().await.unwrap().json().await.unwrap()
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
