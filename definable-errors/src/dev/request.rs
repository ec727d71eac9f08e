//! What development mode keeps of a request: its head, and the start of its body as the service
//! reads it.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Uri, Version, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use serde_json::Value;

use super::gate::{Admitted, Withheld};
use super::redact;
use super::timeline::{Record, Timeline};
use crate::context::RequestContext;
use crate::support::lock;

/// The number of bytes that are kept of a body.
const MAX_BODY: usize = 16 * 1024;
/// The number of header fields and of pairs that are shown.
const MAX_FIELDS: usize = 64;

/// The head of a request, and the start of its body.
#[derive(Debug)]
pub(super) struct CapturedRequest {
    pub(super) gate: Result<Admitted, Withheld>,
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
    body: Arc<Mutex<Beginning>>,
    /// What happens during the request, if that is recorded.
    record: Option<Arc<Record>>,
}

/// The start of a body.
#[derive(Debug, Default)]
struct Beginning {
    bytes: Vec<u8>,
    /// The length of all that was read.
    length: u64,
}

impl CapturedRequest {
    pub(super) fn new(request: &Parts, gate: Result<Admitted, Withheld>) -> Self {
        Self {
            gate,
            method: request.method.clone(),
            uri: request.uri.clone(),
            version: request.version,
            headers: request.headers.clone(),
            body: Arc::default(),
            record: request
                .extensions
                .get::<RequestContext>()
                .and_then(|context| Record::of(&context.id())),
        }
    }

    /// Returns the path, which may hold secrets.
    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Returns what happened during the request until now.
    pub(super) fn timeline(&self) -> Timeline {
        self.record.as_ref().map(|record| record.timeline()).unwrap_or_default()
    }

    /// Returns a body that keeps its start here while it is read.
    pub(super) fn observe(&self, body: Body) -> Body {
        if body.is_end_stream() {
            return body;
        }
        Body::new(Observed { inner: body, beginning: self.body.clone() })
    }

    /// Returns what may be shown of the request, for a route such as `/kbs/{id}`.
    pub(super) fn shown(&self, route: Option<&str>) -> ShownRequest {
        let path = redact::text(self.uri.path());
        let query = self.uri.query().map(pairs).unwrap_or_default();
        let target = match &*query {
            [] => path,
            pairs => format!("{path}?{}", joined(pairs)),
        };
        ShownRequest {
            method: self.method.to_string(),
            origin: format!("http://{}", redact::text(&self.host())),
            target,
            version: format!("{:?}", self.version),
            parameters: route.map(|route| parameters(route, self.uri.path())).unwrap_or_default(),
            query,
            headers: self.shown_headers(),
            body: self.shown_body(),
        }
    }

    fn host(&self) -> String {
        let field = self.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = self.uri.authority().map(http::uri::Authority::as_str);
        field.or(authority).unwrap_or("localhost").to_owned()
    }

    fn shown_headers(&self) -> Vec<(String, String)> {
        let fields = self.headers.iter().take(MAX_FIELDS);
        fields
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_owned(), redact::header(name.as_str(), &value))
            })
            .collect()
    }

    fn shown_body(&self) -> Option<ShownBody> {
        let beginning = lock(&self.body);
        if beginning.length == 0 {
            return None;
        }
        let is_whole = beginning.length == beginning.bytes.len() as u64;
        let media_type = self.headers.get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|media_type| media_type.to_str().ok());
        Some(ShownBody {
            text: shown_text(media_type.unwrap_or_default(), &beginning.bytes, is_whole),
            length: beginning.length,
            is_whole,
        })
    }
}

/// Returns the text of a body without its secrets, or `None` if it is not a text that can be
/// redacted.
fn shown_text(media_type: &str, bytes: &[u8], is_whole: bool) -> Option<String> {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
            return Some(format!("{:#}", redact::json(&value)));
        }
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The end of the bytes may be in the middle of a character.
        Err(error) if !is_whole && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    match &*essence {
        "application/x-www-form-urlencoded" => Some(joined(&pairs(text))),
        // Each part is a file or a value with a name of its own.
        "multipart/form-data" => None,
        _ => Some(redact::text(text)),
    }
}

/// Returns the pairs of a query or a form; a name without a value may itself be the secret.
fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty()).take(MAX_FIELDS);
    parts
        .map(|part| {
            if part.contains('=') {
                form_urlencoded::parse(part.as_bytes())
                    .next()
                    .map(|(name, value)| (redact::text(&name), redact::pair(&name, &value)))
                    .unwrap_or_default()
            } else {
                (redact::pair("", part), String::new())
            }
        })
        .collect()
}

fn joined(pairs: &[(String, String)]) -> String {
    let part = |(name, value): &(String, String)| match &**value {
        "" => name.clone(),
        value => format!("{name}={value}"),
    };
    pairs.iter().map(part).collect::<Vec<_>>().join("&")
}

/// Returns the segments of a path that a route has names for.
fn parameters(route: &str, path: &str) -> Vec<(String, String)> {
    let segments = route.split('/').zip(path.split('/'));
    segments
        .filter_map(|(pattern, segment)| {
            let name = pattern.strip_prefix('{')?.strip_suffix('}')?.trim_start_matches('*');
            let segment = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
            Some((name.to_owned(), redact::pair(name, &segment)))
        })
        .collect()
}

/// A request, as a developer sees it. Its texts are redacted.
#[derive(Debug, Clone, Default)]
pub(super) struct ShownRequest {
    pub(super) method: String,
    /// The scheme and the host.
    pub(super) origin: String,
    /// The path and the query.
    pub(super) target: String,
    pub(super) version: String,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    /// `None` if nothing of it was read.
    pub(super) body: Option<ShownBody>,
}

impl ShownRequest {
    /// Returns the target without its query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Changes all texts that are the client's.
    pub(super) fn map_texts(self, change: impl Fn(&str) -> String) -> Self {
        let pairs = |pairs: Vec<(String, String)>| {
            pairs.iter().map(|(name, value)| (change(name), change(value))).collect()
        };
        Self {
            method: change(&self.method),
            origin: change(&self.origin),
            target: change(&self.target),
            version: self.version,
            parameters: pairs(self.parameters),
            query: pairs(self.query),
            headers: pairs(self.headers),
            body: self
                .body
                .map(|body| ShownBody { text: body.text.as_deref().map(&change), ..body }),
        }
    }
}

/// The start of a body, as a developer sees it.
#[derive(Debug, Clone)]
pub(super) struct ShownBody {
    /// `None` if it is not a text.
    pub(super) text: Option<String>,
    /// The number of bytes that were read.
    pub(super) length: u64,
    pub(super) is_whole: bool,
}

/// A body that keeps its start while it is read.
struct Observed {
    inner: Body,
    beginning: Arc<Mutex<Beginning>>,
}

impl HttpBody for Observed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            if let Some(data) = frame.data_ref() {
                let mut beginning = lock(&self.beginning);
                let left = MAX_BODY - beginning.bytes.len();
                beginning.bytes.extend_from_slice(&data[..data.len().min(left)]);
                beginning.length += data.len() as u64;
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use http::Request;

    use super::*;

    fn captured(target: &str, fields: &[(&str, &str)]) -> CapturedRequest {
        let mut request = Request::post(target);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        CapturedRequest::new(&parts, Ok(Admitted))
    }

    async fn body(media_type: &str, body: &'static [u8]) -> ShownBody {
        let captured = captured("/", &[("content-type", media_type)]);
        let read = to_bytes(captured.observe(Body::from(body)), usize::MAX).await.unwrap();
        assert_eq!(read, body, "what is observed stays unchanged");
        captured.shown(None).body.unwrap()
    }

    #[test]
    fn target_and_headers_are_shown_without_secrets() {
        let fields = [("host", "localhost:3000"), ("authorization", "Bearer canary-1")];
        let target = "/kbs/7/x?page=2&token=canary-2&canary-3&code=canary-4";
        let shown = captured(target, &fields).shown(Some("/kbs/{kb_id}/{*rest}"));
        let marker = "[redacted 8-16]";
        let expected = format!("/kbs/7/x?page=2&token={marker}&{marker}&code={marker}");
        assert_eq!((&*shown.method, &*shown.target), ("POST", &*expected));
        assert_eq!(shown.origin, "http://localhost:3000");
        assert_eq!(shown.parameters[0], ("kb_id".to_owned(), "7".to_owned()));
        assert!(!format!("{shown:?}").contains("canary"), "{shown:?}");
    }

    #[tokio::test]
    async fn bodies_are_shown_without_secrets() {
        let json = body("application/json", br#"{"password":"canary-1","email":"a@b.c"}"#).await;
        let text = json.text.unwrap();
        assert!(text.contains("a@b.c") && !text.contains("canary"), "{text}");
        let form = body("application/x-www-form-urlencoded", b"page=2&password=canary-1").await;
        assert_eq!(form.text.as_deref(), Some("page=2&password=[redacted 8-16]"));
        let broken = body("application/json", br#"{"password":"canary-1", "#).await;
        assert!(!broken.text.unwrap().contains("canary"));
        for (media_type, bytes) in [("multipart/form-data", &b"canary"[..]), ("", b"\xff\xfe")] {
            assert_eq!(body(media_type, bytes).await.text, None);
        }
    }

    #[tokio::test]
    async fn long_bodies_are_kept_in_part() {
        let captured = captured("/", &[]);
        let long = Body::from("ü".repeat(MAX_BODY));
        to_bytes(captured.observe(long), usize::MAX).await.unwrap();
        let shown = captured.shown(None).body.unwrap();
        assert_eq!((shown.length, shown.is_whole), (2 * MAX_BODY as u64, false));
        assert!(shown.text.unwrap().len() <= MAX_BODY);
        assert!(captured.observe(Body::empty()).is_end_stream());
    }
}
