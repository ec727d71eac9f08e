//! The seed data, and requests by the users in it.

use definable_errors::auth::jwt::{Algorithm, Issuer, SigningKey};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use support::raw::exchange;

use crate::Server;
use crate::catalog::assert_in_catalog;
use crate::server::SECRET;

pub(crate) const ACME: &str = "11111111-1111-4111-8111-111111111111";
pub(crate) const GLOBEX: &str = "22222222-2222-4222-8222-222222222222";
pub(crate) const HANDBOOK: &str = "aaaaaaaa-0001-4000-8000-000000000000";
/// The id of a knowledge base of globex.
pub(crate) const PRODUKTE: &str = "aaaaaaaa-0003-4000-8000-000000000000";

/// The id of a finished job of acme.
pub(crate) const INDEXED: &str = "cccccccc-0001-4000-8000-000000000000";
/// The id of a finished job of globex.
pub(crate) const INDIZIERT: &str = "cccccccc-0003-4000-8000-000000000000";

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A user of the seed data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    Owner = 1,
    Admin,
    Member,
    Guest,
    Suspended,
    Invited,
    Locked,
}

impl User {
    pub(crate) fn id(self) -> String {
        format!("bbbbbbbb-{:04}-4000-8000-000000000000", self as u8)
    }

    pub(crate) fn email(self) -> String {
        format!("{self:?}@acme.test").to_lowercase()
    }

    /// Returns an access token as a login issues it.
    pub(crate) fn token(self) -> String {
        token(&json!({ "id": self.id() }))
    }
}

/// Returns an access token with the given claims, signed as the servers sign theirs.
pub(crate) fn token(claims: &Value) -> String {
    let key =
        SigningKey::from_secret(Algorithm::Hs256, SECRET.as_bytes()).expect("the secret is one");
    Issuer::new(key).issue(claims).expect("it can be signed").as_str().to_owned()
}

/// A response as a client received it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Server {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request("GET", path)).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(method, path).json(body)).await
    }

    /// Sends the head of a request with `Expect: 100-continue` and no body, and returns the
    /// response.
    pub(crate) fn head_only(&self, method: &str, path: &str, content: &str, length: u64) -> String {
        let address = self.address();
        let token = User::Owner.token();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {content}\r\n\
             content-length: {length}\r\nexpect: 100-continue\r\n\
             authorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        );
        exchange(address, &request)
    }

    /// Creates a request by the owner of acme.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.request_by(User::Owner, method, path)
    }

    pub(crate) fn request_by(&self, user: User, method: &str, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(user.token())
    }

    pub(crate) fn anonymous(&self, method: &str, path: &str) -> RequestBuilder {
        let client = Client::builder().no_proxy().build().expect("a client needs nothing");
        let method = Method::try_from(method).expect("it is a method");
        client.request(method, format!("{}{path}", self.url))
    }
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("there is an answer");
        let answer = support::Answer::read(response.into()).await;
        answer.check_problem();
        assert_in_catalog(&answer.body);
        assert!(answer.header("x-request-id").is_some(), "every response bears its id");
        Self { status: answer.status.as_u16(), headers: answer.headers, text: answer.body }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are ASCII"))
    }

    /// Returns the body of a success.
    #[track_caller]
    pub(crate) fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        serde_json::from_str(&self.text).expect("the body is JSON")
    }

    /// Returns the problem of a failure, after checking what all problems have in common.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.json(status);
        assert_eq!((&problem["code"], &problem["status"]), (&code.into(), &status.into()));
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        assert!(problem["instance"].as_str().is_some_and(|id| id.starts_with("urn:uuid:")));
        assert!(problem["detail"].is_string());
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        assert_eq!(self.header("vary"), "accept");
        problem
    }

    /// Returns the violations of an invalid request, each as `place code`.
    #[track_caller]
    pub(crate) fn violations(&self) -> Vec<String> {
        let problem = self.problem(400, "validation_failed");
        let violations = problem["errors"].as_array().expect("there are violations");
        let word = |violation: &Value, name: &str| violation[name].as_str().map(str::to_owned);
        let place = |violation| word(violation, "pointer").or_else(|| word(violation, "name"));
        violations
            .iter()
            .map(|one| [place(one), word(one, "code")].map(Option::unwrap_or_default).join(" "))
            .collect()
    }
}
