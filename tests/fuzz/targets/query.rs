#![no_main]

use definable_errors::extract::Query;
use fuzz::{Flat, check_refusal, for_each_flat, is_canary};
use http::Uri;
use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;

fuzz_target!(|query: &[u8]| {
    let target = [b"/?", query].concat();
    let Ok(uri) = Uri::try_from(target) else { return };
    let query = uri.query().unwrap_or_default().to_owned();
    let pairs: Vec<(String, String)> = serde_html_form::from_str(&query).unwrap_or_default();
    let canaries = pairs.into_iter().map(|(_, text)| text).filter(|text| is_canary(text));
    for_each_flat(&mut Check { canaries: canaries.collect(), uri: uri.clone(), query });
});

struct Check {
    uri: Uri,
    query: String,
    canaries: Vec<String>,
}

impl Flat for Check {
    fn visit<T: DeserializeOwned + Send>(&mut self) {
        let is_taken = serde_html_form::from_str::<T>(&self.query).is_ok();
        match Query::<T>::try_from_uri(&self.uri) {
            Ok(_) => assert!(is_taken),
            Err(error) => {
                assert!(!is_taken || error.problem().code() == "bad_request");
                check_refusal(error, &self.canaries);
            }
        }
    }
}
