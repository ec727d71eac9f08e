//! JSON bodies are accepted exactly if serde accepts them; a rejection names only places that exist,
//! and no submitted value.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use definable_errors::extract::Json;
use definable_errors::problem::{Place, Violation};
use futures_util::FutureExt;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::answer::check_refusal;
use super::canaries;
use super::nested::{Nested, for_each_nested};
use super::submitted::Submitted;

/// Asserts that a body is accepted exactly if serde accepts it, and that a rejection names only places
/// that exist, and no submitted value.
pub fn json(body: &[u8]) {
    let value = serde_json::from_slice::<Value>(body).ok();
    for_each_nested(&mut Check {
        body,
        is_json: value.is_some(),
        submitted: Submitted::json(body),
        canaries: value.as_ref().map(canaries::of_json).unwrap_or_default(),
    });
}

struct Check<'b> {
    body: &'b [u8],
    is_json: bool,
    submitted: Submitted,
    canaries: Vec<String>,
}

impl Nested for Check<'_> {
    fn visit<T: DeserializeOwned + Send>(&mut self) {
        let is_taken = serde_json::from_slice::<T>(self.body).is_ok();
        match self.read::<T>() {
            Ok(_) => assert!(is_taken, "serde refuses it"),
            Err(error) => {
                assert!(!is_taken, "serde takes it");
                self.check_syntax(error.problem().code());
                check_refusal(error, &self.submitted, &self.canaries);
            }
        }
        if self.is_json {
            self.beside_a_mistake::<T>(is_taken);
        }
    }
}

impl Check<'_> {
    fn read<T: DeserializeOwned>(&self) -> Result<Json<T>, definable_errors::ApiError> {
        let request = Request::post("/")
            .header("content-type", "application/json")
            .body(Body::from(self.body.to_vec()))
            .expect("it is a request");
        Json::from_request(request, &()).now_or_never().expect("the body is there")
    }

    /// Asserts that exactly a body that is no JSON is malformed.
    fn check_syntax(&self, code: &str) {
        match code {
            "malformed_body" => assert!(!self.is_json, "it is JSON"),
            _ => assert!(serde_json::from_slice::<IgnoredAny>(self.body).is_ok(), "it is no JSON"),
        }
    }

    /// Asserts that a value that serde accepts causes no violation beside one that is wrong.
    fn beside_a_mistake<T: DeserializeOwned>(&self, is_taken: bool) {
        let both = [b"[256,", self.body, b"]"].concat();
        let Err(error) = Json::<(u8, T)>::from_bytes(&both) else {
            panic!("256 is no u8");
        };
        // The additional level may exceed the limit of nesting.
        if error.problem().code() == "malformed_body" {
            return;
        }
        let places = error.problem().violations().iter().map(Violation::place);
        let is_it = |place: &Place| matches!(place, Place::Body(at) if at == "#/0");
        assert!(places.clone().any(is_it), "256 is not blamed");
        let is_alone = places.filter(|place| !is_it(place)).count() == 0;
        assert_eq!(is_alone, is_taken, "{:?}", error.problem().violations());
        check_refusal(error, &Submitted::json(&both), &self.canaries);
    }
}
