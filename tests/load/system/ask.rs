//! Requests to the reference server. Each has a canary in every place where one does no harm.

use std::fmt::Write;

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use serde_json::Value;

use super::CANARY;
use super::world::{ACME, User, World};

/// A request that is being built.
pub(super) struct Ask {
    method: Method,
    path: String,
    fields: Vec<(&'static str, String)>,
    body: Bytes,
}

impl Ask {
    /// Creates a request of the path, which may have a query.
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        let fields = vec![
            ("x-canary", format!("{CANARY}-header")),
            ("cookie", format!("session={CANARY}-cookie")),
            ("referer", format!("https://user:{CANARY}-userinfo@app.example/?{CANARY}-referer")),
        ];
        Self { method, path: path.into(), fields, body: Bytes::new() }
            .query(&format!("canary={CANARY}-query"))
    }

    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// Adds a part to the query.
    pub(super) fn query(mut self, part: &str) -> Self {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        self.path.push_str(part);
        self
    }

    /// Names the organization acme, and sends the access token of a user.
    pub(super) fn acme(self, world: &World, user: User) -> Self {
        self.query(&format!("org_id={ACME}")).by(world, user)
    }

    /// Sends the access token of a user.
    pub(super) fn by(self, world: &World, user: User) -> Self {
        self.field("authorization", format!("Bearer {}", world.token(user)))
    }

    pub(super) fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    pub(super) fn json(self, body: &Value) -> Self {
        self.content("application/json", body.to_string())
    }

    /// Adds a body of the given type.
    pub(super) fn content(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.field("content-type", media_type)
    }

    /// Adds a form with one file.
    pub(super) fn file(self, name: &str, media_type: &str, contents: &str) -> Self {
        let form = format!(
            "--b0undary\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"notes.md\"\r\n\
             content-type: {media_type}\r\n\r\n{contents}\r\n--b0undary--\r\n"
        );
        self.content("multipart/form-data; boundary=b0undary", form)
    }

    /// Returns the value of a header field.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the path with its query.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn request(self) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in &self.fields {
            request = request.header(*name, value);
        }
        request.body(Full::new(self.body)).unwrap()
    }

    /// Returns the request as HTTP/1.1, for clients that send it in their own way.
    pub(super) fn text(&self) -> Vec<u8> {
        let length = match self.method {
            Method::GET | Method::DELETE => String::new(),
            _ => format!("content-length: {}\r\n", self.body.len()),
        };
        let mut text = self.head(&length).into_bytes();
        text.extend_from_slice(&self.body);
        text
    }

    /// Returns the head as HTTP/1.1, with further lines of fields.
    pub(super) fn head(&self, further: &str) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.path);
        for (name, value) in &self.fields {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head + further + "\r\n"
    }
}

/// Returns the text of a header field of a request or a response.
pub(super) fn text<'a>(headers: &'a http::HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Returns the body of a response, if it is JSON.
pub(super) fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

/// The name of the header with the id of a request.
pub(super) const REQUEST_ID: &str = "x-request-id";

/// The prefix of the ids of requests that fail on purpose, by which the log shows them.
pub(super) const PROVOKED: &str = "provoked-";

/// Returns whether a response is a problem.
pub(super) fn is_problem(headers: &http::HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|it| it == "application/problem+json")
}
