//! Tests of queries, whose values are all texts.

use definable_errors::extract::Query;
use definable_errors::problem::Place;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Strict {
    qty: u8,
    #[serde(default)]
    numbers: Vec<i16>,
    #[serde(alias = "email", rename = "e-mail")]
    email: String,
}

/// Returns the name and code of every violation of a query.
fn reported<T: DeserializeOwned>(query: &str) -> Vec<String> {
    let uri = format!("/?{query}").parse().unwrap();
    let Err(error) = Query::<T>::try_from_uri(&uri) else {
        return Vec::new();
    };
    let reported = |violation: &definable_errors::problem::Violation| match violation.place() {
        Place::Query(name) => format!("{name} {}", violation.code()),
        other => format!("{other:?} {}", violation.code()),
    };
    error.problem().violations().iter().map(reported).collect()
}

#[test]
fn lists_of_texts_have_no_names_of_their_own() {
    assert_eq!(reported::<Strict>("qty=1&numbers=1&email=a"), [""; 0]);
    assert_eq!(
        reported::<Strict>("qty=0x&numbers=1&numbers=x&email=a%40b&unknown=1&unknown=2"),
        ["qty type", "numbers type", "unknown unknown_field"],
    );
    assert_eq!(reported::<Strict>("numbers=&e-mail=a"), ["numbers type", "qty required"]);
}
