//! Tests that the private half of errors stays private: in production mode and in every
//! representation, with a canary in every private place. Extend them whenever errors arise in a new
//! place.

mod checking;
mod credentials;
mod error_sources;
mod extracting;
mod operators;
mod requests;
mod telemetry;
mod translating;

use axum::Router;
use axum::body::Body;
use definable_errors::{ApiError, ApiErrorLayer};
use http::{Method, Request};
use support::{Answer, send};

use self::error_sources::{CANARY, Derived, Inner};

const REPRESENTATIONS: [&str; 5] =
    ["application/json", "text/html", "text/plain", "text/markdown", "application/xml"];

/// Texts that only a page for developers may contain.
const PRIVATE: [&str; 7] =
    ["error_type", "error_message", "causes", "checks", "location:", "traceback", ".rs"];

fn with_layer() -> Router {
    error_sources::ours().merge(error_sources::foreign()).layer(ApiErrorLayer::new())
}

/// Sends every request in every representation, and asserts that no response contains a secret.
async fn tell_nothing(app: Router, requests: impl Fn() -> Vec<Request<Body>>) {
    for accept in REPRESENTATIONS {
        for mut sent in requests() {
            let what = format!("{} {} as {accept}", sent.method(), sent.uri());
            let is_head = sent.method() == Method::HEAD;
            sent.headers_mut().insert("accept", accept.parse().unwrap());
            let answer = send(app.clone(), sent).await;
            assert!(answer.status.as_u16() >= 400, "{what}");
            assert_eq!(answer.body.is_empty(), is_head, "{what}");
            tells_nothing(&answer, &what);
        }
    }
}

fn tells_nothing(answer: &Answer, what: &str) {
    let all = format!("{:?} {}", answer.headers, answer.body).to_lowercase();
    assert!(!all.contains("hunter2"), "{what}: {all}");
    for member in PRIVATE {
        assert!(!answer.body.contains(member), "{what}: {member}");
    }
}

#[tokio::test]
async fn private_half_is_never_sent() {
    tell_nothing(with_layer(), || requests::ours(&Method::GET)).await;
    tell_nothing(with_layer(), || requests::foreign(&Method::GET)).await;
}

#[tokio::test]
async fn rejected_bodies_are_never_echoed() {
    tell_nothing(with_layer(), requests::posted).await;
}

#[tokio::test]
async fn input_that_an_extractor_rejected_is_never_echoed() {
    let app = || extracting::app().layer(ApiErrorLayer::new());
    tell_nothing(app(), extracting::requests).await;
    tell_nothing(extracting::app(), extracting::requests).await;
}

/// Every case is rejected by an extractor for the expected reason.
#[tokio::test]
async fn every_extractor_rejects_its_cases() {
    let app = || extracting::app().layer(ApiErrorLayer::new());
    for (expected, sent) in extracting::CASES.iter().zip(extracting::requests()) {
        assert_eq!(send(app(), sent).await.code(), expected.0, "{expected:?}");
    }
}

#[tokio::test]
async fn input_that_a_rule_rejected_is_never_echoed() {
    let app = || checking::app().layer(ApiErrorLayer::new());
    tell_nothing(app(), checking::requests).await;
    tell_nothing(checking::app(), checking::requests).await;
}

/// Every rule is broken, and no violation contains a submitted number or a placeholder.
#[tokio::test]
async fn every_rule_is_broken() {
    let mut broken = Vec::new();
    for sent in checking::requests() {
        let answer = send(checking::app(), sent).await;
        assert_eq!(answer.code(), "validation_failed");
        assert!(!answer.body.contains("271828"), "{}", answer.body);
        broken.push(answer.json()["errors"].as_array().unwrap().len());
    }
    assert_eq!(broken, checking::BROKEN);
}

#[tokio::test]
async fn headers_contain_nothing_private() {
    tell_nothing(with_layer(), || requests::ours(&Method::HEAD)).await;
    tell_nothing(with_layer(), || requests::foreign(&Method::HEAD)).await;
}

#[tokio::test]
async fn private_half_is_not_sent_without_the_layer_either() {
    tell_nothing(error_sources::ours(), || requests::ours(&Method::GET)).await;
    tell_nothing(error_sources::ours(), || requests::ours(&Method::HEAD)).await;
}

#[tokio::test]
async fn credentials_are_never_echoed() {
    tell_nothing(credentials::routes().layer(ApiErrorLayer::new()), credentials::requests).await;
    tell_nothing(credentials::routes(), credentials::requests).await;
}

/// The paths of all requests exist.
#[tokio::test]
async fn every_error_source_is_reached() {
    for sent in requests::ours(&Method::GET).into_iter().chain(requests::posted()) {
        let what = sent.uri().to_string();
        assert_ne!(send(with_layer(), sent).await.code(), "route_not_found", "{what}");
    }
}

/// The canary really is in the errors, where operators see it.
#[test]
fn operators_see_what_clients_do_not() {
    let error = ApiError::from(Derived::Source(Inner("an enum")));
    assert!(format!("{error:?}").contains(CANARY));
    assert!(error.downcast_ref::<Derived>().is_some() && error.downcast_ref::<Inner>().is_some());
}
