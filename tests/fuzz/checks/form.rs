//! Forms are accepted if serde accepts them.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use definable_errors::extract::Form;
use futures_util::FutureExt;
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;

use super::answer::check_refusal;
use super::canaries;
use super::pairs::{Flat, for_each_flat};
use super::submitted::Submitted;

/// Asserts that a form is accepted if serde accepts it, unless it contains bytes that are no text.
pub fn form(body: &[u8]) {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(body).expect("pairs of texts");
    for_each_flat(&mut Check {
        body,
        is_text: percent_decode(body).decode_utf8().is_ok(),
        submitted: Submitted::pairs(pairs.iter().map(|(name, _)| name)),
        canaries: canaries::of_texts(pairs.into_iter().map(|(_, text)| text)),
    });
}

struct Check<'b> {
    body: &'b [u8],
    is_text: bool,
    submitted: Submitted,
    canaries: Vec<String>,
}

impl Flat for Check<'_> {
    fn visit<T: DeserializeOwned + Send>(&mut self) {
        let request = Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(self.body.to_vec()))
            .expect("it is a request");
        let is_taken = self.is_text && serde_html_form::from_bytes::<T>(self.body).is_ok();
        let read = Form::<T>::from_request(request, &()).now_or_never();
        match read.expect("the body is there") {
            Ok(_) => assert!(is_taken, "serde refuses it"),
            Err(error) => {
                assert!(!is_taken, "serde takes it");
                assert_eq!(error.problem().code() == "malformed_body", !self.is_text);
                check_refusal(error, &self.submitted, &self.canaries);
            }
        }
    }
}
