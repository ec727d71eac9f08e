//! Tests that every rule is found broken in a service that breaks exactly this one.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Json, Path};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header, response};
use axum::response::IntoResponse;
use axum::routing::{delete, get, post};
use axum::{Router, http::HeaderValue};
use definable_errors::cors::Cors;
use definable_errors::extract::BodyLimit;
use definable_errors::stack::Stack;
use definable_errors::testing::{Conformance, Findings, Rule, conformance};
use definable_errors::{ApiError, ResultExt};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use tower::{Service, ServiceExt, service_fn};

const ORIGIN: &str = "https://app.example.com";
const SECRET: &str = "hunter2";
const UNKNOWN: &str = "/conformance-no-such-route";

#[derive(serde::Deserialize)]
struct Order {
    id: u64,
}

async fn create(Json(order): Json<Order>) -> (StatusCode, String) {
    (StatusCode::CREATED, order.id.to_string())
}

async fn failing(Path(status): Path<u16>) -> Result<Response<Body>, ApiError> {
    let status = StatusCode::from_u16(status).or_not_found("no such status")?;
    Ok(match status.as_u16() {
        416 => (status, [("content-range", "bytes */10")]).into_response(),
        500 => {
            let error = std::io::Error::other(format!("the password is {SECRET}"));
            Err(error).or_internal()?
        }
        _ => status.into_response(),
    })
}

fn service() -> Router {
    let stack = Stack::new()
        .cors(Cors::origins([ORIGIN]).unwrap().credentials())
        .body_limit(BodyLimit::bytes(1024))
        .timeout(Duration::from_secs(30));
    Router::new()
        .route("/orders", post(create))
        .route("/orders/{id}", delete(|Path(id): Path<u64>| async move { id.to_string() }))
        .route("/empty", get(|| async { StatusCode::NO_CONTENT }))
        .route("/status/{status}", get(failing))
        .layer(stack)
}

fn run_of<S>(service: S) -> Conformance<S> {
    [401, 407, 416, 426, 429, 500, 503]
        .iter()
        .fold(conformance(service), |run, status| {
            run.failing(Method::GET, &format!("/status/{status}"))
        })
        .route(Method::DELETE, "/orders/{id}")
        .route(Method::GET, "/empty")
        .example(Method::POST, "/orders", json!({"id": 7}))
        .origin(ORIGIN)
        .secret(SECRET)
        .large_body(2048)
}

/// The head of the request.
struct Sent {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Sent {
    fn field(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn is_unknown(&self) -> bool {
        self.uri.path().starts_with(UNKNOWN)
    }

    fn is_preflight(&self) -> bool {
        self.headers.contains_key("access-control-request-method")
    }
}

/// A response that can be changed.
struct Changed {
    head: response::Parts,
    body: Vec<u8>,
}

impl Changed {
    fn is_failure(&self) -> bool {
        self.head.status.as_u16() >= 400
    }

    fn remove(&mut self, name: &str) {
        self.head.headers.remove(name);
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.head.headers.insert(name, HeaderValue::from_str(value).unwrap());
    }

    /// Replaces a header that exists.
    fn replace(&mut self, name: &'static str, value: &str) {
        if self.head.headers.contains_key(name) {
            self.set(name, value);
        }
    }

    /// Changes the members of a problem.
    fn edit(&mut self, change: impl Fn(&mut Map<String, Value>)) {
        if let Ok(mut members) = serde_json::from_slice(&self.body) {
            change(&mut members);
            self.body = serde_json::to_vec(&members).unwrap();
        }
    }

    fn set_status(&mut self, status: u16) {
        self.head.status = StatusCode::from_u16(status).unwrap();
        self.edit(|members| drop(members.insert("status".into(), status.into())));
    }

    /// Removes a name from `Vary`.
    fn unvary(&mut self, name: &str) {
        let fields = self.head.headers.get_all(header::VARY);
        let names = fields.iter().flat_map(|field| field.to_str().unwrap().split(','));
        let others: Vec<_> =
            names.map(str::trim).filter(|it| !it.eq_ignore_ascii_case(name)).collect();
        let others = others.join(", ");
        self.set("vary", &others);
    }
}

type Fault = fn(&Sent, &mut Changed);

/// The service with a fault.
fn faulty(
    fault: Fault,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone
{
    let service = service();
    service_fn(move |request: Request<Body>| {
        let service = service.clone();
        async move {
            let (method, uri) = (request.method().clone(), request.uri().clone());
            let sent = Sent { method, uri, headers: request.headers().clone() };
            let Ok(response) = service.oneshot(request).await;
            let (head, body) = response.into_parts();
            let before = body.collect().await.unwrap().to_bytes();
            let mut changed = Changed { head, body: before.to_vec() };
            fault(&sent, &mut changed);
            if changed.body != before && sent.method != Method::HEAD {
                let length = changed.body.len().to_string();
                changed.replace("content-length", &length);
            }
            Ok(Response::from_parts(changed.head, Body::from(changed.body)))
        }
    })
}

/// A fault for every rule.
const FAULTS: &[(Rule, Fault)] = &[
    (Rule::Answered, |sent, _| {
        if sent.uri.path() == "/empty" && sent.method.as_str() == "CONFORMANCE" {
            panic!("a bug of a layer");
        }
    }),
    (Rule::ProblemBody, |_, response| {
        if response
            .head
            .headers
            .get("content-type")
            .is_some_and(|it| it == "application/problem+json")
        {
            response.set("content-type", "application/json");
        }
    }),
    (Rule::MemberTypes, |_, response| {
        response.edit(|members| drop(members.insert("detail".into(), json!(["a list"]))));
    }),
    (Rule::TypeUri, |_, response| {
        response.edit(|members| drop(members.insert("type".into(), "problems/x".into())));
    }),
    (Rule::StatusMember, |_, response| {
        response.edit(|members| drop(members.insert("status".into(), 418.into())));
    }),
    (Rule::Instance, |_, response| response.edit(|members| drop(members.remove("instance")))),
    (Rule::MemberNames, |_, response| {
        response.edit(|members| drop(members.insert("violated-policies".into(), json!([]))));
    }),
    (Rule::Code, |_, response| response.edit(|members| drop(members.remove("code")))),
    (Rule::BlankTitle, |_, response| response.edit(|members| drop(members.remove("type")))),
    (Rule::Explanation, |_, response| {
        response.edit(|members| members.retain(|name, _| name != "title" && name != "detail"));
    }),
    (Rule::Secret, |sent, response| {
        if sent.uri.path() == "/status/500" {
            response.edit(|members| drop(members.insert("cause".into(), SECRET.into())));
        }
    }),
    (Rule::Internals, |_, response| {
        response
            .edit(|members| drop(members.insert("cause".into(), "not found (os error 2)".into())));
    }),
    (Rule::Echo, |sent, response| {
        let path = sent.uri.to_string();
        response.edit(|members| drop(members.insert("detail".into(), path.clone().into())));
    }),
    (Rule::ProductVersion, |_, response| response.set("server", "axum/0.8.9")),
    (Rule::RequestId, |_, response| response.remove("x-request-id")),
    (Rule::SafeRequestId, |sent, response| {
        if let Some(id) = sent.field("x-request-id").filter(|id| id.len() > 128) {
            response.set("x-request-id", id);
            response.edit(|members| drop(members.insert("request_id".into(), id.into())));
        }
    }),
    (Rule::NoStore, |_, response| response.remove("cache-control")),
    (Rule::NoSniff, |_, response| response.remove("x-content-type-options")),
    (Rule::Challenge, |_, response| response.remove("www-authenticate")),
    (Rule::BearerChallenge, |_, response| response.replace("www-authenticate", "Bearer")),
    (Rule::Allow, |_, response| response.remove("allow")),
    (Rule::ProxyChallenge, |_, response| response.remove("proxy-authenticate")),
    (Rule::RequestTimeout, |sent, response| {
        if sent.uri.path() == "/status/503" {
            response.set_status(408);
        }
    }),
    (Rule::SupportedTypes, |_, response| response.remove("accept")),
    (Rule::ContentRange, |_, response| response.remove("content-range")),
    (Rule::UpgradeField, |_, response| response.remove("upgrade")),
    (Rule::RetryAfter, |_, response| response.replace("retry-after", "soon")),
    (Rule::HeadContent, |sent, response| {
        if sent.method == Method::HEAD {
            response.body = b"content".to_vec();
        }
    }),
    (Rule::HeadFields, |sent, response| {
        if sent.method == Method::HEAD && sent.is_unknown() {
            response.set_status(403);
        }
    }),
    (Rule::NoContent, |sent, response| {
        if response.head.status == StatusCode::NO_CONTENT && sent.method != Method::HEAD {
            response.body = b"content".to_vec();
        }
    }),
    (Rule::ContentLength, |_, response| {
        if response.is_failure() {
            response.replace("content-length", "1");
        }
    }),
    (Rule::Acceptable, |sent, response| {
        if sent.field("accept") == Some("image/png") {
            response.set_status(406);
        }
    }),
    (Rule::VaryAccept, |_, response| response.unvary("accept")),
    (Rule::CorsOrigin, |_, response| {
        if response.is_failure() {
            response.remove("access-control-allow-origin");
        }
    }),
    (Rule::CorsCredentials, |sent, response| {
        if sent.field("origin") == Some("https://conformance.invalid") {
            response.set("access-control-allow-origin", "https://conformance.invalid");
            response.set("access-control-allow-credentials", "true");
        }
    }),
    (Rule::CorsExposed, |_, response| response.remove("access-control-expose-headers")),
    (Rule::CorsPreflight, |_, response| response.remove("access-control-allow-methods")),
    (Rule::VaryOrigin, |sent, response| {
        if sent.field("origin").is_none() {
            response.unvary("origin");
        }
    }),
    (Rule::ServerError, |sent, response| {
        if sent.uri.path() == "/orders" && response.head.status == StatusCode::BAD_REQUEST {
            response.set_status(500);
        }
    }),
    (Rule::UnknownRoute, |sent, response| {
        if sent.is_unknown() {
            response.set_status(200);
        }
    }),
    (Rule::NamedFailure, |sent, response| {
        if sent.uri.path() == "/status/503" {
            response.set_status(200);
        }
    }),
];

#[tokio::test]
async fn service_without_a_fault_has_no_findings() {
    let findings = run_of(service()).run().await;
    findings.assert_empty();
    let tried = [200, 204, 400, 401, 404, 405, 407, 413, 415, 416, 426, 429, 500, 503];
    for status in tried {
        assert!(findings.statuses().contains_key(&status), "{status}: {findings}");
    }
}

#[tokio::test]
async fn every_rule_is_found_broken_by_exactly_its_fault() {
    let known: Vec<_> = FAULTS.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(known, Rule::ALL);
    for (rule, fault) in FAULTS {
        let findings = run_of(faulty(*fault)).run().await;
        assert_eq!(findings.rules(), [*rule], "{findings}");
        let text = findings.to_string();
        assert!(text.contains(rule.requirement()) && text.contains(rule.reference()), "{text}");
    }
}

/// Second faults of rules that can be broken in several ways, and what is found.
const MORE_FAULTS: &[(Rule, &str, Fault)] = &[
    (Rule::ProblemBody, "an empty body", |_, response| {
        if response.is_failure() && !response.body.is_empty() {
            response.body.clear();
        }
    }),
    (Rule::ProblemBody, "not a JSON object", |sent, response| {
        let is_json = response
            .head
            .headers
            .get("content-type")
            .is_some_and(|it| it == "application/problem+json");
        if is_json && sent.method != Method::HEAD {
            response.body = b"[]".to_vec();
        }
    }),
    (Rule::StatusMember, "`status` is missing", |_, response| {
        response.edit(|members| drop(members.remove("status")));
    }),
    (Rule::Code, "`code` is \"Not Found\"", |_, response| {
        response.edit(|members| drop(members.insert("code".into(), "Not Found".into())));
    }),
    (Rule::RequestId, "`request_id` is None", |_, response| {
        response.edit(|members| drop(members.remove("request_id")));
    }),
    (Rule::RequestId, "another response had same, too", |_, response| {
        response.replace("x-request-id", "same");
        response.edit(|members| drop(members.insert("request_id".into(), "same".into())));
    }),
    (Rule::Instance, "another response had /orders, too", |_, response| {
        response.edit(|members| drop(members.insert("instance".into(), "/orders".into())));
    }),
    (Rule::NoStore, "`cache-control: public`", |_, response| {
        if response.head.status == StatusCode::UNAUTHORIZED {
            response.set("cache-control", "public");
        }
    }),
    (Rule::BearerChallenge, "error=\"invalid_token\"", |_, response| {
        response.replace("www-authenticate", "Bearer realm=\"api\", error=\"invalid_token\"");
    }),
    (Rule::BearerChallenge, "realm=\"b\"", |_, response| {
        response.replace("www-authenticate", "Bearer realm=\"a\", realm=\"b\"");
    }),
    (Rule::RetryAfter, "no such header", |_, response| {
        if response.head.status == StatusCode::TOO_MANY_REQUESTS {
            response.remove("retry-after");
        }
    }),
    (Rule::RetryAfter, "Some(\"9\")", |_, response| response.replace("retry-after", "9")),
    (Rule::CorsCredentials, "for `*`", |sent, response| {
        if !sent.is_preflight() && sent.field("origin") == Some(ORIGIN) && !sent.is_unknown() {
            response.set("access-control-allow-origin", "*");
        }
    }),
    (Rule::SafeRequestId, "a;b", |_, response| {
        let Some(id) = response.head.headers.get("x-request-id") else {
            return;
        };
        let id = format!("{}a;b", id.to_str().unwrap());
        response.set("x-request-id", &id);
        response.edit(|members| drop(members.insert("request_id".into(), id.clone().into())));
    }),
    (Rule::Echo, "the header `x-path`", |sent, response| {
        response.set("x-path", sent.uri.path());
    }),
];

#[tokio::test]
async fn rules_are_found_broken_in_every_way() {
    for (rule, found, fault) in MORE_FAULTS {
        let findings = run_of(faulty(*fault)).run().await;
        assert!(findings.rules().contains(rule), "{rule:?}: {findings}");
        assert!(
            findings.iter().any(|it| it.rule() == *rule && it.found().contains(found)),
            "{found}: {findings}"
        );
    }
}

#[tokio::test]
async fn finding_names_request_status_and_what_was_found() {
    let findings: Findings = run_of(faulty(|_, response| response.remove("allow"))).run().await;
    let finding = findings.iter().find(|it| it.request().contains("unknown method")).unwrap();
    assert_eq!(finding.rule(), Rule::Allow);
    assert_eq!(finding.request(), "CONFORMANCE /empty (unknown method)");
    assert_eq!(finding.status(), Some(StatusCode::METHOD_NOT_ALLOWED));
    assert_eq!(finding.found(), "no such header");
    let text = findings.to_string();
    assert!(text.starts_with("1 rule is broken in "), "{text}");
    let rule = "Allow: A 405 lists the methods in `Allow` (RFC 9110 §15.5.6)\n";
    assert!(text.contains(rule), "{text}");
    assert!(text.contains("CONFORMANCE /empty (unknown method): 405, no such header\n"), "{text}");
}
