//! One request of a run: what it tries, what it sends, and what its response must be.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Extensions, Method, Request};
use http_body::Frame;

/// The text that a client submits, and that no failed response may repeat.
pub(super) const MARKER: &str = "conformance-echo-5f1c";

/// The longest target in a finding, in characters.
const MAX_PRINTED: usize = 100;

/// A request, and what it tries.
#[derive(Debug, Clone)]
pub(super) struct Probe {
    pub(super) purpose: &'static str,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) payload: Payload,
    pub(super) expects: Expects,
    pub(super) representation: Representation,
    /// A header of all requests that this one does not have.
    pub(super) omitted: Option<HeaderName>,
}

#[derive(Debug, Clone)]
pub(super) enum Payload {
    Empty,
    Bytes(Bytes),
    /// As many bytes, with a `Content-Length`.
    Sized(usize),
    /// As many bytes, in chunks.
    Streamed(usize),
}

/// What is known about the response before the request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expects {
    /// The response to a request that may be right.
    Any,
    /// Anything but a failure of the server: the request is wrong.
    NoServerError,
    /// A failure, since the caller says so.
    Failure,
    /// A failure, since the path does not exist.
    UnknownRoute,
    /// The permission of CORS.
    Preflight,
}

/// Whether the request has an `Accept` that allows another representation than the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Representation {
    Default,
    Negotiated,
}

impl Probe {
    pub(super) fn new(purpose: &'static str, method: Method, target: impl Into<String>) -> Self {
        Self {
            purpose,
            method,
            target: target.into(),
            headers: HeaderMap::new(),
            payload: Payload::Empty,
            expects: Expects::Any,
            representation: Representation::Default,
            omitted: None,
        }
    }

    /// Appends a header field. A value that no client could send is left out.
    pub(super) fn field(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        if let Ok(value) = HeaderValue::from_bytes(value.as_ref()) {
            self.headers.append(name, value);
        }
        self
    }

    pub(super) fn without(self, name: HeaderName) -> Self {
        Self { omitted: Some(name), ..self }
    }

    pub(super) fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let payload = Payload::Bytes(body.into());
        Self { payload, ..self }.field(header::CONTENT_TYPE, content_type)
    }

    pub(super) fn payload(self, payload: Payload) -> Self {
        Self { payload, ..self }
    }

    pub(super) fn expecting(self, expects: Expects) -> Self {
        Self { expects, ..self }
    }

    pub(super) fn negotiated(self) -> Self {
        Self { representation: Representation::Negotiated, ..self }
    }

    /// Adds what all requests have, unless this one has its own or does without.
    pub(super) fn with_shared(mut self, shared: &HeaderMap) -> Self {
        for (name, value) in shared {
            if !self.headers.contains_key(name) && self.omitted.as_ref() != Some(name) {
                self.headers.append(name, value.clone());
            }
        }
        self
    }

    /// Builds the request; `None` if the target is none that a client can send.
    pub(super) fn request(&self, extensions: Extensions) -> Option<Request<Body>> {
        let mut request = Request::new(self.payload.to_body());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.parse().ok()?;
        *request.extensions_mut() = extensions;
        let headers = request.headers_mut();
        *headers = self.headers.clone();
        headers.insert(header::HOST, HeaderValue::from_static("service.example"));
        if let Some(length) = self.payload.length() {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        Some(request)
    }
}

/// Prints the method, the target and what distinguishes the request.
impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.target.chars().take(MAX_PRINTED).collect();
        let dots = if text.len() < self.target.len() { "…" } else { "" };
        write!(f, "{} {text}{dots} ({})", self.method, self.purpose)
    }
}

impl Payload {
    fn length(&self) -> Option<usize> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len()),
            Self::Sized(length) => Some(*length),
            Self::Empty | Self::Streamed(_) => None,
        }
    }

    fn to_body(&self) -> Body {
        match self {
            Self::Empty => Body::empty(),
            Self::Bytes(bytes) => Body::from(bytes.clone()),
            Self::Sized(length) => Body::from(vec![b'1'; *length]),
            Self::Streamed(length) => Body::new(Chunks { left: *length }),
        }
    }
}

/// A body of digits, which are JSON, whose size is not known before its end.
struct Chunks {
    left: usize,
}

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const CHUNK: &[u8] = &[b'1'; 16 * 1024];
        let length = self.left.min(CHUNK.len());
        self.left -= length;
        let frame = Frame::data(Bytes::from_static(&CHUNK[..length]));
        Poll::Ready((length > 0).then_some(Ok(frame)))
    }
}
