//! What the clients know: tokens, ids, and resources that one request creates and another one uses.

use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::ask::{Ask, PROVOKED, REQUEST_ID, json, text};
use crate::http::Client;

pub(super) const ACME: &str = "11111111-1111-4111-8111-111111111111";
pub(super) const HANDBOOK: &str = "aaaaaaaa-0001-4000-8000-000000000000";
/// A knowledge base of another organization.
pub(super) const PRODUKTE: &str = "aaaaaaaa-0003-4000-8000-000000000000";
/// A finished job.
pub(super) const INDEXED: &str = "cccccccc-0001-4000-8000-000000000000";
pub(super) const PASSWORD: &str = "correct horse battery staple";

/// The users of the seed data who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum User {
    Owner,
    Admin,
    Member,
    Guest,
    Suspended,
    Invited,
}

impl User {
    const ALL: [Self; 6] =
        [Self::Owner, Self::Admin, Self::Member, Self::Guest, Self::Suspended, Self::Invited];

    pub(super) fn email(self) -> String {
        format!("{self:?}@acme.test").to_lowercase()
    }

    pub(super) fn id(self) -> String {
        format!("bbbbbbbb-{:04}-4000-8000-000000000000", self as u8 + 1)
    }
}

/// Things that some requests create and others use up. There are some at the beginning, so that no
/// request waits for another one.
#[derive(Debug, Default)]
pub(super) struct Stock(RefCell<VecDeque<String>>);

impl Stock {
    pub(super) fn add(&self, item: impl Into<String>) {
        self.0.borrow_mut().push_back(item.into());
    }

    /// Takes the oldest item. Without one the request fails as one for an item that does not exist.
    pub(super) fn take(&self) -> String {
        self.0.borrow_mut().pop_front().unwrap_or_else(|| "none".to_owned())
    }

    pub(super) fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

/// The number of items of each stock at the beginning.
const STOCKED: usize = 12;

#[derive(Debug, Default)]
pub(super) struct World {
    tokens: Vec<String>,
    /// The codes of the server's `/problems`.
    pub(super) codes: HashSet<String>,
    /// The OpenAPI document.
    pub(super) document: Value,
    /// Ids of knowledge bases that may be deleted.
    pub(super) kbs: Stock,
    pub(super) refresh_tokens: Stock,
    /// Logins at the provider that have begun: the cookie and the state.
    pub(super) logins: Stock,
    /// Ids of jobs that failed on purpose.
    pub(super) failed_jobs: Vec<String>,
    number: Cell<u64>,
}

impl World {
    /// Logs in all users, and creates what the first requests use.
    pub(super) async fn create(client: &mut Client) -> Self {
        let mut world = Self::default();
        for user in User::ALL {
            let tokens = expect(client, login(&user.email(), PASSWORD), 200).await;
            world.tokens.push(word(&tokens, "access_token"));
            world.refresh_tokens.add(word(&tokens, "refresh_token"));
        }
        let problems = Ask::get("/problems").field("accept", "application/json");
        let problems = expect(client, problems, 200).await;
        let problems = problems["problems"].as_array().cloned().unwrap_or_default();
        world.codes = problems.iter().map(|problem| word(problem, "code")).collect();
        world.document = expect(client, Ask::get("/openapi.json"), 200).await;
        world.stock(client).await;
        world.fail_jobs(client).await;
        world
    }

    async fn stock(&self, client: &mut Client) {
        // Without a text there is nothing to search for.
        let note = json!({"kb_id": HANDBOOK, "text": "Thirty days of leave a year."});
        let note = Ask::post("/hooks/ingest").field("x-api-key", "kb_live_acme_ingest").json(&note);
        expect(client, note, 202).await;
        for _ in 0..STOCKED {
            let kb = Ask::post("/api/v1/kbs").acme(self, User::Owner);
            let kb = kb.json(&json!({"name": self.name()}));
            self.kbs.add(word(&expect(client, kb, 201).await, "id"));
            let login = Ask::get("/oauth/start").request();
            self.begin_login(&client.send(login).await.expect("the server answers"));
        }
        while self.refresh_tokens.len() < STOCKED {
            let tokens = expect(client, login(&User::Guest.email(), PASSWORD), 200).await;
            self.refresh_tokens.add(word(&tokens, "refresh_token"));
        }
    }

    /// Runs jobs that fail, and waits for their end.
    async fn fail_jobs(&mut self, client: &mut Client) {
        for _ in 0..3 {
            let job = Ask::post("/api/v1/jobs").acme(self, User::Member);
            let job = job.field(REQUEST_ID, self.provoked());
            let job = job.json(&json!({"kb_id": HANDBOOK, "kind": "fail"}));
            let id = word(&expect(client, job, 202).await, "id");
            let state = || Ask::get(format!("/api/v1/jobs/{id}")).acme(self, User::Member);
            while expect(client, state(), 200).await["state"] == "running" {
                sleep(Duration::from_millis(100)).await;
            }
            self.failed_jobs.push(id);
        }
    }

    pub(super) fn token(&self, user: User) -> &str {
        &self.tokens[user as usize]
    }

    /// Returns the access tokens, which may be in no log.
    pub(super) fn secrets(&self) -> &[String] {
        &self.tokens
    }

    /// Returns a number that no other request gets.
    pub(super) fn next(&self) -> u64 {
        self.number.replace(self.number.get() + 1)
    }

    /// Returns a name for a knowledge base that no other one has.
    pub(super) fn name(&self) -> String {
        format!("Load {}", self.next())
    }

    /// Returns an id for a request that fails on purpose.
    pub(super) fn provoked(&self) -> String {
        format!("{PROVOKED}{}", self.next())
    }

    /// Keeps the cookie and the state of a login that the server has sent to the provider.
    pub(super) fn begin_login(&self, response: &Response<Bytes>) {
        let (cookie, _) =
            text(response.headers(), "set-cookie").split_once(';').unwrap_or_default();
        let location = text(response.headers(), "location");
        let state = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("state="));
        self.logins.add(format!("{cookie} {}", state.unwrap_or_default()));
    }
}

/// Returns the request of a login.
pub(super) fn login(email: &str, password: &str) -> Ask {
    Ask::post("/auth/login").json(&json!({"email": email, "password": password}))
}

/// Returns a member of a body that is a string.
pub(super) fn word(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_owned()
}

/// Sends a request of the preparation, which has to succeed.
async fn expect(client: &mut Client, ask: Ask, status: u16) -> Value {
    let path = ask.path().to_owned();
    let response =
        client.send(ask.request()).await.unwrap_or_else(|error| panic!("{path}: {error}"));
    let body = json(response.body());
    assert_eq!(response.status(), status, "{path}: {body}");
    body
}
