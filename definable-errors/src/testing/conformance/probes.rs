//! The hostile requests of a run.

use http::Method;
use http::header::{self, HeaderName};
use serde_json::Value;

use super::probe::{Expects, MARKER, Payload, Probe};
use super::target::{Parameters, Target};
use crate::context::X_REQUEST_ID;

/// A path that no service has.
const UNKNOWN_PATH: &str = "/conformance-no-such-route";

/// A page that no service trusts.
pub(super) const FOREIGN_ORIGIN: &str = "https://conformance.invalid";

const JSON: &str = "application/json";

/// The most members of an example that are changed, one at a time.
const MAX_CHANGED: usize = 40;

/// Returns the request that all of those to the unknown route are compared with.
pub(super) fn default_unknown() -> Probe {
    unknown("unknown route")
}

fn unknown(purpose: &'static str) -> Probe {
    Probe::new(purpose, Method::GET, UNKNOWN_PATH).expecting(Expects::UnknownRoute)
}

/// Returns the requests to paths that do not exist, apart from those that negotiate.
pub(super) fn unknown_route() -> Vec<Probe> {
    let at = |purpose, method, target: String| {
        Probe::new(purpose, method, target).expecting(Expects::UnknownRoute)
    };
    let below = |rest: &str| format!("{UNKNOWN_PATH}/{rest}");
    let mut probes = vec![
        at("body to an unknown route", Method::POST, below(""))
            .body(JSON, format!("[\"{MARKER}\"]")),
        at("OPTIONS of an unknown route", Method::OPTIONS, below("")),
        at("text in path and query", Method::GET, below(&format!("{MARKER}?text={MARKER}"))),
        at("path that is not UTF-8", Method::GET, below("%FF%FE")),
        at("broken percent-encoding", Method::GET, below("%zz%")),
        at("NUL and line ends in the path", Method::GET, below("%00%0d%0aset-cookie:x")),
        at("parent folders in the path", Method::GET, below("..%2f..%2fetc%2fpasswd")),
        at("long path", Method::GET, below(&"x".repeat(8 * 1024))),
        unknown("without an Origin").without(header::ORIGIN),
        unknown("malformed traceparent")
            .field(HeaderName::from_static("traceparent"), format!("ff-{MARKER}")),
        unknown("page of a foreign origin").field(header::ORIGIN, FOREIGN_ORIGIN),
    ];
    probes.extend(hostile_ids().map(|id| unknown("hostile X-Request-Id").field(X_REQUEST_ID, id)));
    probes
}

/// Returns the ids that are safe nowhere.
fn hostile_ids() -> impl Iterator<Item = Vec<u8>> {
    let texts = [format!("<script>{MARKER}</script>"), "a b\tc".into(), "x".repeat(880)];
    texts.into_iter().map(String::into_bytes).chain([b"id\xff".to_vec(), b"${jndi:x}".to_vec()])
}

/// Returns requests to an unknown route with an `Accept`.
pub(super) fn negotiating() -> Vec<Probe> {
    let json = ["*/*", JSON, ";;;", "not a media type"];
    let others = [
        "text/html",
        "text/plain",
        "application/xml",
        "image/png",
        "application/problem+json;q=0",
        "*/*;q=0",
    ];
    let accepting = |value: &str| unknown("Accept").field(header::ACCEPT, value);
    let mut probes: Vec<_> = json.into_iter().map(accepting).collect();
    probes.push(unknown("Accept that is not ASCII").field(header::ACCEPT, b"\xff\xfe"));
    probes.push(unknown("long Accept").field(header::ACCEPT, "a/b,".repeat(2_000)).negotiated());
    probes.extend(others.into_iter().map(|value| accepting(value).negotiated()));
    probes
}

/// Returns the plain request of a route, which may succeed.
pub(super) fn plain(target: &Target, parameters: &Parameters) -> Probe {
    without_500(Probe::new("plain request", target.method.clone(), target.path(parameters)))
}

/// Returns the request of a route that fails.
pub(super) fn failing(target: &Target, parameters: &Parameters) -> Probe {
    let path = target.path(parameters);
    Probe::new("named as failing", target.method.clone(), path).expecting(Expects::Failure)
}

/// Returns every hostile request of a known route. With an example, requests that are wrong elsewhere
/// have a right body.
pub(super) fn of_route(
    target: &Target,
    parameters: &Parameters,
    example: Option<&Value>,
    large: usize,
) -> Vec<Probe> {
    let path = target.path(parameters);
    let mut probes = with_methods(&path);
    let mut others = with_addresses(target, &path, parameters);
    others.extend(with_fields(target, &path));
    let with_body = |probe: Probe| match (example, &probe.payload) {
        (Some(example), Payload::Empty) => probe.body(JSON, example.to_string()),
        _ => probe,
    };
    probes.extend(others.into_iter().map(with_body));
    if target.has_body() {
        probes.extend(with_bodies(target, &path));
        probes.extend(with_large_bodies(target, &path, large));
    }
    probes.into_iter().map(without_500).collect()
}

fn without_500(probe: Probe) -> Probe {
    probe.expecting(Expects::NoServerError)
}

fn with_methods(path: &str) -> Vec<Probe> {
    let unknown = Method::from_bytes(b"CONFORMANCE").into_iter();
    let unknown = unknown.map(|method| Probe::new("unknown method", method, path));
    let known = [
        Probe::new("HEAD", Method::HEAD, path),
        Probe::new("OPTIONS that is no preflight", Method::OPTIONS, path),
    ];
    unknown.chain(known).collect()
}

fn with_addresses(target: &Target, path: &str, parameters: &Parameters) -> Vec<Probe> {
    let of = |purpose, path: String| Probe::new(purpose, target.method.clone(), path);
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut probes = vec![
        of(
            "query of the wrong types",
            format!("{path}{joint}id={MARKER}&page={MARKER}&limit={MARKER}"),
        ),
        of("query that is not UTF-8", format!("{path}{joint}page=%FF&%FF=1&limit=%zz")),
    ];
    let values = [
        ("path parameter of the wrong type", MARKER),
        ("path parameter that is not UTF-8", "%FF"),
        ("path parameter with a NUL", "%00"),
    ];
    let with = |(purpose, value)| Some(of(purpose, target.path_with(value, parameters)?));
    probes.extend(values.into_iter().filter_map(with));
    probes
}

fn with_fields(target: &Target, path: &str) -> Vec<Probe> {
    let of = |purpose| Probe::new(purpose, target.method.clone(), path);
    let credentials = |purpose, value: &str| of(purpose).field(header::AUTHORIZATION, value);
    let mut probes = vec![
        of("no credentials").without(header::AUTHORIZATION),
        credentials("Basic credentials that are not base64", &format!("Basic {MARKER}")),
        credentials("Bearer without a token", "Bearer"),
        credentials("Bearer with an unknown token", &format!("Bearer {MARKER}")),
        credentials("two Authorization fields", "Bearer a")
            .field(header::AUTHORIZATION, "Bearer b"),
        of("malformed cookies").field(header::COOKIE, format!("{MARKER}; =;;session=\"")),
        of("hostile X-Request-Id").field(X_REQUEST_ID, format!("<script>{MARKER}</script>")),
        of("unknown Expect").field(header::EXPECT, MARKER),
        of("unknown Content-Encoding")
            .body(JSON, "{}")
            .field(header::CONTENT_ENCODING, "conformance"),
        of("malformed conditions")
            .field(header::IF_MATCH, MARKER)
            .field(header::IF_NONE_MATCH, MARKER)
            .field(header::IF_MODIFIED_SINCE, MARKER),
        of("Accept of HTML").field(header::ACCEPT, "text/html").negotiated(),
    ];
    if target.method == Method::GET {
        let socket = of("broken handshake of a WebSocket")
            .field(header::CONNECTION, "upgrade")
            .field(header::UPGRADE, "websocket")
            .field(header::SEC_WEBSOCKET_VERSION, "8");
        probes.extend([
            socket,
            of("malformed Range").field(header::RANGE, format!("bytes={MARKER}")),
            of("Range beyond the end").field(header::RANGE, "bytes=999999999999-"),
        ]);
    }
    probes
}

fn with_bodies(target: &Target, path: &str) -> Vec<Probe> {
    let of = |purpose| Probe::new(purpose, target.method.clone(), path);
    let json = |purpose, body: &[u8]| of(purpose).body(JSON, body.to_vec());
    let text = format!("[\"{MARKER}\"]");
    vec![
        json("empty JSON", b""),
        json("truncated JSON", format!("{{\"text\": \"{MARKER}").as_bytes()),
        json("JSON that is not UTF-8", b"{\"text\": \"\xff\"}"),
        json("string in place of an object", format!("\"{MARKER}\"").as_bytes()),
        json("list in place of an object", format!("[\"{MARKER}\", \"{MARKER}\"]").as_bytes()),
        json("number in place of an object", b"1e999"),
        json("null in place of an object", b"null"),
        json("empty object", b"{}"),
        json("JSON that is nested 1,000 levels deep", "[".repeat(1_000).as_bytes()),
        json("text after the JSON", format!("{{}} {MARKER}").as_bytes()),
        of("body without a content type").payload(Payload::Bytes(text.clone().into())),
        of("body of an unknown type").body("application/x-conformance", text.clone()),
        of("malformed content type").body(&format!("{MARKER};;;"), text),
        of("form that is not UTF-8").body("application/x-www-form-urlencoded", "id=%FF&page=%zz"),
        of("form of the wrong types").body(
            "application/x-www-form-urlencoded",
            format!("id={MARKER}&page={MARKER}&limit={MARKER}"),
        ),
        of("multipart without a boundary").body("multipart/form-data", "--x\r\n"),
        of("truncated multipart").body(
            "multipart/form-data; boundary=x",
            format!("--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n{MARKER}"),
        ),
    ]
}

fn with_large_bodies(target: &Target, path: &str, large: usize) -> [Probe; 2] {
    let of = |purpose| {
        Probe::new(purpose, target.method.clone(), path).field(header::CONTENT_TYPE, JSON)
    };
    [
        of("body that is too large").payload(Payload::Sized(large)),
        of("body that is too large, in chunks").payload(Payload::Streamed(large)),
    ]
}

/// Returns the request with an example.
pub(super) fn example(target: &Target, parameters: &Parameters, example: &Value) -> Probe {
    Probe::new("example", target.method.clone(), target.path(parameters))
        .body(JSON, example.to_string())
}

/// Returns the requests with an example whose values are wrong, one at a time.
pub(super) fn of_example(target: &Target, parameters: &Parameters, example: &Value) -> Vec<Probe> {
    let of = |body: &Value| {
        Probe::new("example with a wrong value", target.method.clone(), target.path(parameters))
            .body(JSON, body.to_string())
    };
    let mut pointers = Vec::new();
    collect_pointers(example, String::new(), &mut pointers);
    let mut probes = Vec::new();
    for pointer in pointers.iter().take(MAX_CHANGED) {
        for wrong in [Value::from(MARKER), Value::Null, Value::from(-1), Value::Array(Vec::new())] {
            let mut body = example.clone();
            if let Some(value) = body.pointer_mut(pointer) {
                *value = wrong;
            }
            probes.push(of(&body));
        }
    }
    probes.into_iter().map(without_500).collect()
}

/// Collects the pointers of all values inside of a value.
fn collect_pointers(value: &Value, pointer: String, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
            members.iter().map(|(name, value)| (escaped(name), value)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in inner {
        collect_pointers(value, format!("{pointer}/{name}"), found);
    }
    if !pointer.is_empty() {
        found.push(pointer);
    }
}

/// Returns the preflight of a browser before it sends the request of a page.
pub(super) fn preflight(target: &Target, parameters: &Parameters) -> Probe {
    Probe::new("preflight", Method::OPTIONS, target.path(parameters))
        .field(header::ACCESS_CONTROL_REQUEST_METHOD, target.method.as_str())
        .field(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type")
        .without(header::AUTHORIZATION)
        .expecting(Expects::Preflight)
}
