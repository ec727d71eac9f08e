#![no_main]

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use definable_errors::extract::Form;
use futures_util::FutureExt;
use fuzz::{Flat, check_refusal, for_each_flat, is_canary};
use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;

fuzz_target!(|body: &[u8]| {
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(body).unwrap_or_default();
    let canaries = pairs.into_iter().map(|(_, text)| text).filter(|text| is_canary(text));
    for_each_flat(&mut Check { canaries: canaries.collect(), body });
});

struct Check<'b> {
    body: &'b [u8],
    canaries: Vec<String>,
}

impl Flat for Check<'_> {
    fn visit<T: DeserializeOwned + Send>(&mut self) {
        let request = Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(self.body.to_vec()))
            .expect("it is a request");
        let is_taken = serde_html_form::from_bytes::<T>(self.body).is_ok();
        let read = Form::<T>::from_request(request, &()).now_or_never();
        match read.expect("the body is there") {
            Ok(_) => assert!(is_taken),
            Err(error) => {
                assert!(!is_taken || error.problem().code() == "malformed_body");
                check_refusal(error, &self.canaries);
            }
        }
    }
}
