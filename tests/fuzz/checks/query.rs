//! Queries are accepted if serde accepts them.

use definable_errors::extract::Query;
use http::Uri;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use super::answer::check_refusal;
use super::canaries;
use super::pairs::{Flat, for_each_flat};
use super::submitted::Submitted;

/// Asserts that a query is accepted if serde accepts it, unless it contains bytes that are no text.
pub fn query(query: &[u8]) {
    let Ok(uri) = Uri::try_from([b"/?", query].concat()) else { return };
    let query = uri.query().unwrap_or_default().to_owned();
    let pairs: Vec<(String, String)> = serde_html_form::from_str(&query).expect("pairs of texts");
    for_each_flat(&mut Check {
        is_text: percent_decode_str(&query).decode_utf8().is_ok(),
        submitted: Submitted::pairs(pairs.iter().map(|(name, _)| name)),
        canaries: canaries::of_texts(pairs.into_iter().map(|(_, text)| text)),
        query,
        uri,
    });
}

struct Check {
    uri: Uri,
    query: String,
    is_text: bool,
    submitted: Submitted,
    canaries: Vec<String>,
}

impl Flat for Check {
    fn visit<T: DeserializeOwned + Send>(&mut self) {
        let is_taken = self.is_text && serde_html_form::from_str::<T>(&self.query).is_ok();
        match Query::<T>::try_from_uri(&self.uri) {
            Ok(_) => assert!(is_taken, "serde refuses it"),
            Err(error) => {
                assert!(!is_taken, "serde takes it");
                assert_eq!(error.problem().code() == "bad_request", !self.is_text);
                check_refusal(error, &self.submitted, &self.canaries);
            }
        }
    }
}
