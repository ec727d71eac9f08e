//! What a translator gets: nothing private, and every detail of the library with what it contains.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use definable_errors::ApiErrorLayer;
use definable_errors::problem::LanguageTag;
use definable_errors::translate::{Message, MessageKind, Translate};
use http::{Method, Request};
use support::send;

use super::{checking, credentials, error_sources, extracting, requests, tells_nothing};

static LANGUAGES: [LanguageTag; 2] =
    [LanguageTag::from_static("en"), LanguageTag::from_static("de")];

/// Records what it gets, and translates nothing.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Vec<(MessageKind, String)>>>);

impl Translate for Listener {
    fn languages(&self) -> &[LanguageTag] {
        &LANGUAGES
    }

    fn translate(&self, _: &LanguageTag, message: &Message<'_>) -> Option<String> {
        self.0.lock().unwrap().push((message.kind(), format!("{message:?}")));
        None
    }
}

/// Sends the requests, and returns what a translator got.
async fn heard(app: Router, requests: Vec<Request<Body>>) -> Vec<(MessageKind, String)> {
    let listener = Listener::default();
    let app = app.layer(ApiErrorLayer::new().translate(listener.clone()));
    for mut sent in requests {
        sent.headers_mut().insert("accept-language", "de".parse().unwrap());
        let answer = send(app.clone(), sent).await;
        tells_nothing(&answer, "with a translator");
    }
    let heard = std::mem::take(&mut *listener.0.lock().unwrap());
    assert!(!heard.is_empty());
    heard
}

#[tokio::test]
async fn translator_gets_nothing_private() {
    let mut all = Vec::new();
    let errors = error_sources::ours().merge(error_sources::foreign());
    all.extend(heard(errors.clone(), requests::ours(&Method::GET)).await);
    all.extend(heard(errors.clone(), requests::foreign(&Method::GET)).await);
    all.extend(heard(errors, requests::posted()).await);
    all.extend(heard(extracting::app(), extracting::requests()).await);
    all.extend(heard(checking::app(), checking::requests()).await);
    all.extend(heard(credentials::routes(), credentials::requests()).await);
    for (_, message) in all {
        assert!(!message.to_lowercase().contains("hunter2"), "{message}");
    }
}

#[tokio::test]
async fn details_of_extractors_are_determined_by_code_and_params() {
    for (kind, message) in heard(extracting::app(), extracting::requests()).await {
        assert_ne!(kind, MessageKind::Text, "{message}");
    }
}

#[tokio::test]
async fn details_of_authentication_are_determined_by_code_and_params() {
    for (kind, message) in heard(credentials::routes(), credentials::requests()).await {
        assert_ne!(kind, MessageKind::Text, "{message}");
    }
}
