//! The messages of garde's rules, as clients read them.

use std::collections::BTreeMap;

use garde::Validate;

use super::tests::described;
use super::{Garde, Rules, ViolationList, Violations};

#[derive(Validate)]
struct Everything {
    #[garde(range(min = 1, max = 10))]
    qty: i32,
    #[garde(range(max = 0.5))]
    ratio: f64,
    #[garde(length(min = 1, max = 3))]
    name: String,
    #[garde(length(min = 9), pattern("^a"), ascii, alphanumeric, prefix("a"), suffix("b"))]
    code: String,
    #[garde(email, url, contains("@"), ip)]
    email: String,
    #[garde(required)]
    zip: Option<String>,
    #[garde(matches(name))]
    again: String,
    #[garde(custom(custom))]
    own: String,
    #[garde(dive)]
    inner: Inner,
    #[garde(inner(length(max = 1)))]
    tags: Vec<String>,
    #[garde(dive)]
    list: Vec<Inner>,
    #[garde(dive)]
    map: BTreeMap<String, Inner>,
    #[garde(dive)]
    tuple: Name,
}

#[derive(Validate)]
struct Inner {
    #[garde(ipv4)]
    at: String,
}

#[derive(Validate)]
struct Name(#[garde(length(max = 1))] String);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "garde calls it so")]
fn custom(_: &str, (): &()) -> garde::Result {
    Err(garde::Error::new("must be ours"))
}

fn everything() -> Everything {
    let secret = || String::from("hünter2");
    let inner = || Inner { at: secret() };
    Everything {
        qty: 12,
        ratio: 0.75,
        name: secret(),
        code: secret(),
        email: secret(),
        zip: None,
        again: "hunter3".into(),
        own: secret(),
        inner: inner(),
        tags: vec!["a".into(), secret()],
        list: vec![Inner { at: "127.0.0.1".into() }, inner()],
        map: BTreeMap::from([("a.b".into(), inner())]),
        tuple: Name(secret()),
    }
}

#[test]
fn rules_become_codes_and_params() {
    let found = described(ViolationList::of(&Garde(everything()), ()));
    assert_eq!(
        found,
        [
            ".again matches: must match the other field {}",
            ".code ascii: must be ASCII {}",
            r#".code length: must have a length of at least 9 {"min":9}"#,
            r#".code prefix: must begin with "a" {"needle":"a"}"#,
            r#".code suffix: must end with "b" {"needle":"b"}"#,
            ".code pattern: must have the right form {}",
            ".email email: must be an email address {}",
            ".email url: must be a URL {}",
            ".email ip: must be an IP address {}",
            r#".email contains: must contain "@" {"needle":"@"}"#,
            ".inner.at ip: must be an IPv4 address {}",
            ".list[1].at ip: must be an IPv4 address {}",
            ".map.a.b.at ip: must be an IPv4 address {}",
            r#".name length: must have a length of at most 3 {"max":3}"#,
            ".own invalid: must be ours {}",
            r#".qty range: must be at most 10 {"max":10}"#,
            r#".ratio range: must be at most 0.5 {"max":0.5}"#,
            r#".tags[1] length: must have a length of at most 1 {"max":1}"#,
            r#".tuple[0] length: must have a length of at most 1 {"max":1}"#,
            ".zip required: is required {}",
        ]
    );
}

#[derive(Validate)]
#[garde(context(u32))]
struct Limited {
    #[garde(custom(|qty: &u32, most: &u32| at_most(*qty, *most)))]
    qty: u32,
}

fn at_most(qty: u32, most: u32) -> garde::Result {
    if qty > most { Err(garde::Error::new("must not be more than there are")) } else { Ok(()) }
}

#[test]
fn rules_have_a_context() {
    let limited = Garde(Limited { qty: 3 });
    assert!(ViolationList::of(&limited, &3).is_empty());
    let broken = described(ViolationList::of(&limited, &2));
    assert_eq!(broken, [".qty invalid: must not be more than there are {}"]);
}

struct Order {
    limited: Limited,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.at_field("limited").check_garde(&self.limited, &2);
    }
}

#[test]
fn rules_of_a_part_stand_where_it_stands() {
    let order = Order { limited: Limited { qty: 3 } };
    let broken = described(ViolationList::of(&order, ()));
    assert_eq!(broken, [".limited.qty invalid: must not be more than there are {}"]);
}
