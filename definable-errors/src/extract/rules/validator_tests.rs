//! The messages of validator's rules, as clients read them.

use std::collections::BTreeMap;

use serde_json::json;
use validator::{Validate, ValidationError};

use super::tests::described;
use super::{Rules, ViolationList, Violations};

const SECRET: &str = "hunter2";

#[derive(Validate)]
#[validate(schema(function = "whole", skip_on_field_errors = false))]
struct Everything {
    #[validate(range(min = 1, exclusive_max = 12))]
    qty: i32,
    #[validate(range(exclusive_min = 0.5))]
    ratio: f64,
    #[validate(length(min = 1, max = 3))]
    name: String,
    #[validate(length(equal = 2), does_not_contain(pattern = "hunter2"))]
    code: String,
    #[validate(length(max = 1))]
    tags: Vec<String>,
    #[validate(email, url, contains(pattern = "@"))]
    email: String,
    #[validate(required)]
    zip: Option<String>,
    #[validate(must_match(other = "name"))]
    again: String,
    #[validate(custom(function = "custom"), custom(function = "custom", message = "in words"))]
    own: String,
    #[validate(nested)]
    inner: Inner,
    #[validate(nested)]
    list: Vec<Inner>,
    #[validate(nested)]
    map: BTreeMap<String, Inner>,
}

#[derive(Validate)]
struct Inner {
    #[validate(non_control_character, ip(message = "must be an address"))]
    at: String,
}

fn whole(_: &Everything) -> Result<(), ValidationError> {
    Err(ValidationError::new("whole").with_message("together, they are wrong".into()))
}

fn custom(value: &str) -> Result<(), ValidationError> {
    let mut error = ValidationError::new("own_rule");
    error.add_param("limit".into(), &3);
    error.add_param("given".into(), &value);
    error.add_param("quoted".into(), &format!("«{value}»"));
    error.add_param("nested".into(), &json!([{"it": value}]));
    Err(error)
}

fn everything() -> Everything {
    let inner = || Inner { at: "\u{7}".into() };
    Everything {
        qty: 12,
        ratio: 0.5,
        name: SECRET.into(),
        code: SECRET.into(),
        tags: vec![SECRET.into(), SECRET.into()],
        email: SECRET.into(),
        zip: None,
        again: "hunter3".into(),
        own: SECRET.into(),
        inner: inner(),
        list: vec![Inner { at: "::1".into() }, inner()],
        map: BTreeMap::from([("a".into(), inner())]),
    }
}

#[test]
fn rules_become_codes_and_params() {
    let found = described(ViolationList::of(&everything(), ()));
    assert_eq!(
        found,
        [
            " whole: together, they are wrong {}",
            ".again must_match: must match the other field {}",
            r#".code length: must be exactly 2 characters long {"equal":2}"#,
            r#".code does_not_contain: must not contain "hunter2" {"needle":"hunter2"}"#,
            ".email email: must be an email address {}",
            ".email url: must be a URL {}",
            r#".email contains: must contain "@" {"needle":"@"}"#,
            ".inner.at ip: must be an address {}",
            ".inner.at non_control_character: must not contain control characters {}",
            ".list[1].at ip: must be an address {}",
            ".list[1].at non_control_character: must not contain control characters {}",
            ".map[0].at ip: must be an address {}",
            ".map[0].at non_control_character: must not contain control characters {}",
            r#".name length: must be 1 to 3 characters long {"min":1,"max":3}"#,
            r#".own own_rule: is not valid {"limit":3}"#,
            r#".own own_rule: in words {"limit":3}"#,
            r#".qty range: must be at least 1 and less than 12 {"min":1,"exclusive_max":12}"#,
            r#".ratio range: must be greater than 0.5 {"exclusive_min":0.5}"#,
            r#".tags length: must have at most 1 item {"max":1}"#,
            ".zip required: is required {}",
        ]
    );
}

#[derive(Validate)]
#[validate(context = Limits)]
struct Limited {
    #[validate(custom(function = "at_most", use_context))]
    qty: u32,
}

struct Limits {
    qty: u32,
}

fn at_most(qty: u32, limits: &Limits) -> Result<(), ValidationError> {
    if qty > limits.qty { Err(ValidationError::new("sold_out")) } else { Ok(()) }
}

#[test]
fn rules_have_a_context() {
    let limited = Limited { qty: 3 };
    assert!(ViolationList::of(&limited, &Limits { qty: 3 }).is_empty());
    let broken = described(ViolationList::of(&limited, &Limits { qty: 2 }));
    assert_eq!(broken, [".qty sold_out: is not valid {}"]);
}

#[test]
fn a_list_by_itself_has_indices() {
    let inner = |at: &str| Inner { at: at.into() };
    let broken = described(ViolationList::of(&vec![inner("::1"), inner("x")], ()));
    assert_eq!(broken, ["[1].at ip: must be an address {}"]);
}

struct Parts {
    one: Inner,
    some: Option<Inner>,
    list: Vec<Inner>,
}

impl Rules for Parts {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("one", &self.one).nested();
        violations.field("some", &self.some).nested();
        violations.field("list", &self.list).each();
    }
}

#[test]
fn derived_rules_of_parts_are_checked_by_rules_written_by_hand() {
    let inner = || Inner { at: "x".into() };
    let parts = Parts { one: inner(), some: Some(inner()), list: vec![inner()] };
    let places = [".one.at", ".some.at", ".list[0].at"];
    let lines = places.map(|at| format!("{at} ip: must be an address {{}}"));
    assert_eq!(described(ViolationList::of(&parts, ())), lines);
}
