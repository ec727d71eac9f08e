//! A response read whole, and its readable form for snapshots.

use std::fmt::{self, Debug, Write};

use expect_test::Expect;
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

/// A response as a client received it.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, which is UTF-8.
    pub body: String,
}

/// Every header that a response of these tests may have. The check fails on any other.
const ALLOWED: [&str; 48] = [
    "accept",
    "accept-encoding",
    "accept-query",
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-allow-private-network",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "cache-control",
    "connection",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-type",
    "date",
    "deprecation",
    "etag",
    "expires",
    "last-modified",
    "link",
    "location",
    "proxy-authenticate",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "sec-websocket-accept",
    "sec-websocket-version",
    "set-cookie",
    "sunset",
    "transfer-encoding",
    "upgrade",
    "vary",
    "www-authenticate",
    "x-content-type-options",
    "x-guard",
    "x-own",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-remaining",
    "x-request-id",
    "content-encoding",
    "content-language",
    "grpc-status",
];

impl Answer {
    /// Reads the body to its end.
    pub async fn read<B>(response: Response<B>) -> Self
    where
        B: Body<Error: Debug>,
    {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: parts.status, headers: parts.headers, body }
    }

    /// Compares the response with the snapshot, and checks what all responses have in common.
    pub fn is(&self, expected: &Expect) {
        self.check();
        expected.assert_eq(&self.to_string());
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Returns the body, which is JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Returns the code of the problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Checks what all responses have in common, and that there is no unexpected header.
    pub fn check(&self) {
        for name in self.headers.keys() {
            assert!(ALLOWED.contains(&name.as_str()), "unexpected header {name}");
        }
        self.check_problem();
    }

    /// Checks what all problems have in common. A proxy may have added headers.
    pub fn check_problem(&self) {
        let is_problem = self.header("content-type") == Some("application/problem+json");
        if is_problem && !self.body.is_empty() {
            let body = self.json();
            assert_eq!(body["status"], self.status.as_u16(), "the status in the body");
            assert!(["type", "title", "detail", "code"].iter().all(|name| body[name].is_string()));
            let wait = self.header("retry-after").map(|seconds| seconds.parse::<u64>().unwrap());
            assert_eq!(body["retry_after"].as_u64(), wait);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            assert!(self.headers.contains_key("www-authenticate"), "a 401 has a challenge");
        }
    }
}

/// Prints the status, the sorted headers and one member a line, with ids masked.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        let mut lines: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "date" | "content-length"))
            .map(|(name, value)| format!("{name}: {}", masked(value.to_str().unwrap())))
            .collect();
        lines.sort();
        writeln!(f, "{}\n", lines.join("\n"))?;
        f.write_str(&members(&self.body))
    }
}

/// Prints a JSON object with one member a line, in the order of the body; other bodies as they are.
fn members(body: &str) -> String {
    let Ok(members) = serde_json::Deserializer::from_str(body).deserialize_map(InOrder) else {
        return body.split_inclusive('\n').map(masked_line).collect();
    };
    members.iter().fold(String::new(), |mut lines, (name, value)| {
        let _ = writeln!(lines, "{name}: {}", masked_line(value.get()));
        lines
    })
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

/// Masks an id of ours, which is a UUID of version 7; other texts stay readable.
fn masked(text: &str) -> String {
    match text.parse::<Uuid>() {
        Ok(id) if id.get_version_num() == 7 => "<id>".to_owned(),
        _ => text.to_owned(),
    }
}

fn masked_line(line: &str) -> String {
    let is_boundary = |character: char| !character.is_ascii_hexdigit() && character != '-';
    let mut out = String::new();
    for piece in line.split_inclusive(is_boundary) {
        let word = piece.trim_end_matches(is_boundary);
        out.push_str(&masked(word));
        out.push_str(&piece[word.len()..]);
    }
    out
}
