#![no_main]

use definable_errors::extract::Json;
use definable_errors::problem::Place;
use fuzz::{Nested, check_refusal, for_each_nested, is_canary};
use libfuzzer_sys::fuzz_target;
use serde::de::DeserializeOwned;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let value = serde_json::from_slice::<Value>(body).ok();
    let mut canaries = Vec::new();
    value.iter().for_each(|value| collect(value, &mut canaries));
    for_each_nested(&mut Check { body, is_json: value.is_some(), canaries });
});

/// Texts that stand as values; names may be told in pointers.
fn collect(value: &Value, canaries: &mut Vec<String>) {
    match value {
        Value::String(text) if is_canary(text) => canaries.push(text.clone()),
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, canaries)),
        Value::Object(members) => members.values().for_each(|value| collect(value, canaries)),
        _ => {}
    }
}

struct Check<'b> {
    body: &'b [u8],
    is_json: bool,
    canaries: Vec<String>,
}

impl Nested for Check<'_> {
    fn visit<T: DeserializeOwned>(&mut self) {
        let is_taken = serde_json::from_slice::<T>(self.body).is_ok();
        match Json::<T>::from_bytes(self.body) {
            Ok(_) => assert!(is_taken),
            Err(error) => {
                assert!(!is_taken);
                check_refusal(error, &self.canaries);
            }
        }
        if self.is_json {
            self.beside_a_mistake::<T>(is_taken);
        }
    }
}

impl Check<'_> {
    /// A value that serde takes is not blamed where another one is wrong.
    fn beside_a_mistake<T: DeserializeOwned>(&self, is_taken: bool) {
        let both = [b"[256,", self.body, b"]"].concat();
        let Err(error) = Json::<(u8, T)>::from_bytes(&both) else {
            panic!("256 is no u8");
        };
        // One level more may be one too many.
        if error.problem().code() == "malformed_body" {
            return;
        }
        let places = error.problem().violations().iter().map(|violation| violation.place());
        let is_it = |place: &Place| matches!(place, Place::Body(at) if at.to_string() == "#/0");
        assert!(places.clone().any(is_it));
        assert_eq!(places.filter(|place| !is_it(place)).count() == 0, is_taken);
        check_refusal(error, &self.canaries);
    }
}
