//! Tests of bodies of the largest size that is diagnosed: a hundred mistakes are always reported.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::support::{extracted, reported};

const ID: &str = "11111111-1111-4111-8111-111111111111";
/// The largest body in bytes that is diagnosed.
const MOST: usize = 64 * 1024;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Plain {
    id: Uuid,
    qty: u8,
    name: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Flattened {
    id: Uuid,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
#[expect(dead_code, reason = "only read")]
enum Tagged {
    A { id: Uuid, qty: u8 },
}

/// Returns a body of the largest size that is diagnosed, in which one row in five is wrong.
fn rows(good: &str, wrong: &str) -> String {
    let count = MOST / (good.len().max(wrong.len()) + 1) - 1;
    let row = |at: usize| if at % 5 == 4 { wrong } else { good };
    format!("[{}]", (0..count).map(row).collect::<Vec<_>>().join(","))
}

#[track_caller]
fn a_hundred_are_told<T: DeserializeOwned + Send>(good: &str, wrong: &str) {
    let Err(error) = extracted::<T>(&rows(good, wrong)) else { panic!("{wrong} was taken") };
    let problem = error.problem();
    assert_eq!((problem.violations().len(), problem.is_truncated()), (100, true), "{wrong}");
}

#[test]
fn hundred_of_many_mistakes_are_reported() {
    let plain = |id: &str, qty: &str| format!(r#"{{"id":"{id}",{qty}"name":"some name"}}"#);
    a_hundred_are_told::<Vec<Plain>>(&plain(ID, "\"qty\":1,"), &plain(ID, "\"qty\":\"x\","));
    a_hundred_are_told::<Vec<Plain>>(&plain(ID, "\"qty\":1,"), &plain("x", "\"qty\":1,"));
    a_hundred_are_told::<Vec<Plain>>(&plain(ID, "\"qty\":1,"), &plain(ID, ""));
    let flattened = |a: &str| format!(r#"{{"id":"{ID}","a":{a}}}"#);
    a_hundred_are_told::<Vec<Flattened>>(&flattened("1"), &flattened("\"x\""));
    let tagged = |rest: &str| format!(r#"{{"kind":"A","id":"{ID}"{rest}}}"#);
    a_hundred_are_told::<Vec<Tagged>>(&tagged(",\"qty\":1"), &tagged(",\"qty\":\"x\""));
    a_hundred_are_told::<Vec<Tagged>>(&tagged(",\"qty\":1"), &tagged(""));
}

#[test]
fn mistake_at_the_end_of_a_large_body_is_found() {
    for count in [MOST / 2 - 4, MOST * 8] {
        let body = format!("[{}\"x\"]", "1,".repeat(count));
        assert_eq!(reported::<Vec<u8>>(&body), [format!("#/{count} type")]);
    }
}

#[test]
fn long_pointer_is_cut_at_its_parent() {
    let key = "k".repeat(10_000);
    let body = format!(r#"{{"a":{{"{key}":"x"}}}}"#);
    assert_eq!(reported::<HashMap<String, HashMap<String, u8>>>(&body), ["#/a type"]);
}
