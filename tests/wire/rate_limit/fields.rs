//! Tests that the structured fields parse, whatever the names of quotas.

use definable_errors::rate_limit::{Quota, RateLimit};
use sfv::{BareItem, List, ListEntry, Parser};
use support::{get, send};

use super::{app, stopped};

/// Returns the names in a field, with the parameters that are numbers.
fn parsed(field: &str) -> Vec<(String, Vec<(String, i64)>)> {
    let list: List = Parser::new(field).parse().unwrap();
    let items = list.into_iter().map(|entry| match entry {
        ListEntry::Item(item) => item,
        ListEntry::InnerList(_) => panic!("no item: {field}"),
    });
    let number = |value: &BareItem| match value {
        BareItem::Integer(number) => i64::from(*number),
        _ => panic!("no number: {field}"),
    };
    items
        .map(|item| {
            let BareItem::String(name) = &item.bare_item else { panic!("no string: {field}") };
            let params = item.params.iter();
            let params = params.map(|(name, value)| (name.to_string(), number(value))).collect();
            (name.to_string(), params)
        })
        .collect()
}

fn params(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}

#[tokio::test]
async fn every_valid_name_is_a_valid_string() {
    let mut random = fastrand_like();
    for number in 1..=100_u32 {
        let length = 1 + random() % 64;
        let name: String = (0..length).map(|_| char::from(b' ' + (random() % 95) as u8)).collect();
        let name: &'static str = name.leak();
        let quota = Quota::per_minute(number).with_name(name);
        let app = app(stopped(RateLimit::per_address(quota)));
        let first = send(app.clone(), get("/")).await;
        let policy = params(&[("q", number.into()), ("w", 60)]);
        assert_eq!(parsed(first.header("ratelimit-policy").unwrap()), [(name.to_owned(), policy)]);
        let left = params(&[("r", i64::from(number) - 1), ("t", 60)]);
        assert_eq!(parsed(first.header("ratelimit").unwrap()), [(name.to_owned(), left)]);
    }
}

/// Returns a source of pseudo-random numbers that are the same on every run.
pub(super) fn fastrand_like() -> impl FnMut() -> u32 {
    let mut state = 7_u32;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    }
}

#[tokio::test]
async fn several_policies_are_one_list() {
    let limit = RateLimit::per_address(Quota::per_second(9).with_name("a\"b\\c"))
        .quota(Quota::new(100, std::time::Duration::from_millis(90_500)).with_name("long"));
    let answer = send(app(stopped(limit)), get("/")).await;
    let expected = [
        ("a\"b\\c".to_owned(), params(&[("q", 9), ("w", 1)])),
        ("long".to_owned(), params(&[("q", 100), ("w", 91)])),
    ];
    assert_eq!(parsed(answer.header("ratelimit-policy").unwrap()), expected);
    assert_eq!(parsed(answer.header("ratelimit").unwrap()).len(), 1);
}
