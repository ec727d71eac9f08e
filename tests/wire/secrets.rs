//! The private half stays private: a canary in every private place, every representation, production
//! mode. Extend it with every new birth of errors.

mod checking;
mod credentials;
mod error_sources;
mod extracting;
mod requests;

use axum::Router;
use axum::body::Body;
use definable_errors::{ApiError, ApiErrorLayer};
use http::{Method, Request};

use self::error_sources::{CANARY, Derived, Inner};
use crate::support::{Answer, send};

const REPRESENTATIONS: [&str; 5] =
    ["application/json", "text/html", "text/plain", "text/markdown", "application/xml"];

/// What only a page for developers may say.
const PRIVATE: [&str; 7] =
    ["error_type", "error_message", "causes", "checks", "location:", "traceback", ".rs"];

fn with_layer() -> Router {
    error_sources::ours().merge(error_sources::foreign()).layer(ApiErrorLayer::new())
}

/// Sends every request in every representation; no answer may tell anything.
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
async fn nothing_private_reaches_a_client() {
    tell_nothing(with_layer(), || requests::ours(&Method::GET)).await;
    tell_nothing(with_layer(), || requests::foreign(&Method::GET)).await;
}

#[tokio::test]
async fn nothing_of_a_refused_body_reaches_a_client() {
    tell_nothing(with_layer(), requests::posted).await;
}

#[tokio::test]
async fn nothing_that_an_extractor_refused_reaches_a_client() {
    let app = || extracting::app().layer(ApiErrorLayer::new());
    tell_nothing(app(), extracting::requests).await;
    tell_nothing(extracting::app(), extracting::requests).await;
}

/// Every one was refused by an extractor, for the reason that it is there for.
#[tokio::test]
async fn every_extractor_refuses() {
    let app = || extracting::app().layer(ApiErrorLayer::new());
    for (expected, sent) in extracting::CASES.iter().zip(extracting::requests()) {
        assert_eq!(send(app(), sent).await.code(), expected.0, "{expected:?}");
    }
}

#[tokio::test]
async fn nothing_that_a_rule_refused_reaches_a_client() {
    let app = || checking::app().layer(ApiErrorLayer::new());
    tell_nothing(app(), checking::requests).await;
    tell_nothing(checking::app(), checking::requests).await;
}

/// Every rule was broken, and none tells the number that was sent or made up.
#[tokio::test]
async fn every_rule_refuses() {
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
async fn nothing_private_stands_in_a_header() {
    tell_nothing(with_layer(), || requests::ours(&Method::HEAD)).await;
    tell_nothing(with_layer(), || requests::foreign(&Method::HEAD)).await;
}

#[tokio::test]
async fn nothing_private_reaches_a_client_without_the_layer() {
    tell_nothing(error_sources::ours(), || requests::ours(&Method::GET)).await;
    tell_nothing(error_sources::ours(), || requests::ours(&Method::HEAD)).await;
}

#[tokio::test]
async fn nothing_of_a_callers_credentials_reaches_a_client() {
    tell_nothing(credentials::routes().layer(ApiErrorLayer::new()), credentials::requests).await;
    tell_nothing(credentials::routes(), credentials::requests).await;
}

/// No path was misspelt.
#[tokio::test]
async fn every_birth_happens() {
    for sent in requests::ours(&Method::GET).into_iter().chain(requests::posted()) {
        let what = sent.uri().to_string();
        assert_ne!(send(with_layer(), sent).await.code(), "route_not_found", "{what}");
    }
}

/// The canary is really there: operators see it.
#[test]
fn operators_see_what_clients_do_not() {
    let error = ApiError::from(Derived::Source(Inner("an enum")));
    assert!(format!("{error:?}").contains(CANARY));
    assert!(error.downcast_ref::<Derived>().is_some() && error.downcast_ref::<Inner>().is_some());
}
