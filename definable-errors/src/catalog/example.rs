//! An example of a response, as a client would receive it.

use std::fmt::{self, Write};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::entry::CatalogEntry;
use crate::problem;
use crate::render::{Document, Ids, json};

/// An example of a response: its head, and its body as the renderer writes it.
pub(super) struct Example {
    status_line: String,
    headers: Vec<(String, String)>,
    body: Members,
}

impl Example {
    pub(super) fn of(entry: &CatalogEntry) -> Self {
        let status = entry.status();
        Self {
            status_line: format!("HTTP/1.1 {} {}", status.as_u16(), status.phrase()),
            headers: headers(entry),
            body: body(entry),
        }
    }

    /// Writes the body, indented.
    pub(super) fn body(&self) -> String {
        serde_json::to_string_pretty(&self.body).expect("a body is JSON")
    }
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut head = format!("{}\n", self.status_line);
        for (name, value) in &self.headers {
            let _ = writeln!(head, "{name}: {value}");
        }
        write!(f, "{head}\n{}", self.body())
    }
}

fn headers(entry: &CatalogEntry) -> Vec<(String, String)> {
    let fixed = [
        ("Content-Type", "application/problem+json"),
        ("Cache-Control", "no-store"),
        ("X-Request-Id", "0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11"),
    ];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let more = entry.headers().into_iter().map(|(name, _)| {
        let value = header(entry, &name);
        (name, value)
    });
    fixed.into_iter().chain(more).collect()
}

/// Returns an example of a header.
fn header(entry: &CatalogEntry, name: &str) -> String {
    let problem_type = entry.problem_type();
    match name {
        "Retry-After" => problem_type.retry_after().map_or(1, |wait| wait.as_secs()).to_string(),
        "WWW-Authenticate" => problem_type.challenge().unwrap_or("Bearer realm=\"api\"").to_owned(),
        "Allow" => "GET,HEAD".to_owned(),
        "Accept" => "application/json".to_owned(),
        "Upgrade" => "websocket".to_owned(),
        _ => "…".to_owned(),
    }
}

fn body(entry: &CatalogEntry) -> Members {
    let problem = problem::example(entry.problem_type(), entry.status());
    // The type has its own URI, or the base and its code.
    let base = entry.type_uri().strip_suffix(entry.code()).unwrap_or_default();
    let body = json(&Document { problem: &problem, base, ids: Some(&Ids::EXAMPLE), more: &[] });
    serde_json::from_slice(&body).expect("a body is a JSON object")
}

/// The members of an object in their order, which a map of `serde_json` would sort.
struct Members(Vec<(String, Value)>);

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
