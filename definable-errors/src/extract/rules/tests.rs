//! Tests of what each check reports, and at which place.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::num::NonZeroU8;

use super::violation_builder::RuleStep;
use super::{Rule, Rules, ViolationBuilder, ViolationList, Violations};

struct Item {
    qty: u8,
}

impl Rules for Item {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("qty", &self.qty).range(1..);
    }
}

impl Rules<&u8> for Item {
    fn check(&self, most: &u8, violations: &mut Violations<'_, &u8>) {
        violations.field("qty", &self.qty).range(..=*most);
    }
}

/// Formats each violation on a line: its place in Rust, and what clients read.
pub(super) fn described(list: ViolationList) -> Vec<String> {
    let line = |broken: ViolationBuilder| {
        let path = broken.path.iter().map(|step| match step {
            RuleStep::Field(name) => format!(".{name}"),
            RuleStep::Index(index) => format!("[{index}]"),
            RuleStep::Key(key) => format!("[{key:?}]"),
        });
        let (path, Rule { code, detail, params, .. }) = (path.collect::<String>(), broken.rule);
        format!("{path} {code}: {detail} {}", serde_json::to_string(&params).unwrap())
    };
    list.into_iter().map(line).collect()
}

fn reported(report: impl FnOnce(&mut Violations<'_>)) -> Vec<String> {
    let mut list = ViolationList::default();
    report(&mut list.violations(()));
    described(list)
}

#[test]
fn violations_have_the_places_of_their_values() {
    let found = reported(|violations| {
        let items = [Item { qty: 0 }, Item { qty: 1 }, Item { qty: 2 }];
        violations.field("items", &items).each();
        violations.with_context(&1).field("items", &items).each();
        let mut tags = violations.at_field("by_name");
        tags.at_key("a/b").at_field("tags").at_index(3).report_value().duplicate();
        violations.report("email").required().param("a", 1).detail("gone");
        violations.value("fr").one_of(["de", "en"]);
        violations.report("name");
    });
    assert_eq!(
        found,
        [
            r#".items[0].qty range: must be at least 1 {"min":1}"#,
            r#".items[2].qty range: must be at most 1 {"max":1}"#,
            r#".by_name["a/b"].tags[3] duplicate: must be unique {}"#,
            r#".email required: gone {"a":1}"#,
            r#" one_of: must be one of "de", "en" {"expected":["de","en"]}"#,
            ".name invalid: is not valid {}",
        ]
    );
}

#[test]
fn reports_are_bounded() {
    let found = reported(|violations| {
        for index in 0..5_000 {
            violations.at_index(index).report_value().required();
        }
    });
    assert_eq!(found.len(), 1_001);
    assert_eq!(
        (&*found[999], &*found[1_000]),
        ("[999] required: is required {}", "[4999] required: is required {}")
    );
}

#[test]
fn no_rule_is_checked_after_a_thousand_violations() {
    let found = reported(|violations| {
        for index in 0..5_000 {
            violations.at_index(index).value("").required().detail("has no text");
        }
    });
    assert_eq!(found.len(), 1_001);
    assert_eq!(found[1_000], "[1000] required: has no text {}");
}

#[test]
fn lengths_are_characters_of_texts_and_items_of_collections() {
    let found = reported(|violations| {
        violations.field("text", "äöü").length(..=3).length(..3);
        violations.field("string", &Some(String::from("äöü"))).length(4..);
        violations.field("cow", &Cow::Borrowed("ab")).length(3..=3);
        violations.field("boxed", &Box::<str>::from("ab")).length(..2);
        violations.field("slice", &[1, 2][..]).length(1..2);
        violations.field("list", &VecDeque::from([1, 2])).length(3..);
        violations.field("set", &BTreeSet::from([1, 2])).length(2..).length(..=1);
        violations.field("map", &HashMap::from([(1, 2)])).length(2..=3);
        violations.field("none", &None::<Vec<u8>>).length(1..);
    });
    assert_eq!(
        found,
        [
            r#".text length: must be at most 2 characters long {"max":2}"#,
            r#".string length: must be at least 4 characters long {"min":4}"#,
            r#".cow length: must be exactly 3 characters long {"min":3,"max":3}"#,
            r#".boxed length: must be at most 1 character long {"max":1}"#,
            r#".slice length: must have exactly 1 item {"min":1,"max":1}"#,
            r#".list length: must have at least 3 items {"min":3}"#,
            r#".set length: must have at most 1 item {"max":1}"#,
            r#".map length: must have 2 to 3 items {"min":2,"max":3}"#,
        ]
    );
}

#[test]
fn numbers_are_within_their_range() {
    let found = reported(|violations| {
        violations.field("held", &5).range(5..).range(..6).range(4..=5).range(..);
        violations.field("u64", &u64::MAX).range(..u64::MAX);
        violations.field("f64", &0.5).range(0.0..=0.25);
        violations.field("non_zero", &NonZeroU8::MIN).range(2..);
        violations.field("some", &Some(-1_i8)).range(0..=9);
        violations.field("none", &None::<u8>).range(1..);
    });
    assert_eq!(
        found,
        [
            r#".u64 range: must be less than 18446744073709551615 {"exclusive_max":18446744073709551615}"#,
            r#".f64 range: must be between 0.0 and 0.25 {"min":0.0,"max":0.25}"#,
            r#".non_zero range: must be at least 2 {"min":2}"#,
            r#".some range: must be between 0 and 9 {"min":0,"max":9}"#,
        ]
    );
}

#[test]
fn required_values_are_present_and_not_empty() {
    let found = reported(|violations| {
        violations.field("none", &None::<u8>).required();
        violations.field("some", &Some(0)).required();
        violations.field("text", "").required();
        violations.field("list", &Vec::<u8>::new()).required();
        violations.field("full", &vec![1]).required();
    });
    let required =
        [".none", ".text", ".list"].map(|name| format!("{name} required: is required {{}}"));
    assert_eq!(found, required);
}

#[test]
fn one_of_compares_texts_and_integers() {
    let found = reported(|violations| {
        violations.field("text", &String::from("a")).one_of(["a", "b"]).one_of(["b"]);
        violations.field("number", &3_u8).one_of([1, 2, 3]).one_of([1, 2]);
        violations.field("none", &None::<String>).one_of(["a"]);
    });
    assert_eq!(
        found,
        [
            r#".text one_of: must be one of "b" {"expected":["b"]}"#,
            r#".number one_of: must be one of 1, 2 {"expected":[1,2]}"#,
        ]
    );
}

#[test]
fn nested_and_each_check_the_rules_of_parts() {
    let item = || Item { qty: 0 };
    let found = reported(|violations| {
        violations.field("item", &item()).nested();
        violations.field("some", &Some(Box::new(item()))).nested();
        violations.field("none", &None::<Item>).nested();
        violations.field("list", &Some(vec![item()])).each();
        violations.field("map", &BTreeMap::from([("a/b", item())])).each();
    });
    let places = [".item", ".some", ".list[0]", r#".map["a/b"]"#];
    let lines = places.map(|at| format!(r#"{at}.qty range: must be at least 1 {{"min":1}}"#));
    assert_eq!(found, lines);
}

#[test]
fn contexts_are_passed_on() {
    let mut list = ViolationList::default();
    let items = vec![Item { qty: 3 }];
    let mut violations = list.violations(&2);
    violations.field("items", &items).each();
    violations.field("item", &items[0]).nested();
    violations.with_context(()).field("item", &items[0]).nested();
    let range = r#"range: must be at most 2 {"max":2}"#;
    assert_eq!(described(list), [format!(".items[0].qty {range}"), format!(".item.qty {range}")]);
}

#[test]
fn details_change_the_last_rule_only_if_it_failed() {
    let found = reported(|violations| {
        violations.report("other");
        violations.field("a", &1).detail("none").range(..=1).detail("held").param("held", 1);
        violations.field("b", &2).range(..=1).detail("failed").range(..=2).detail("held");
        violations.field("c", &Item { qty: 0 }).nested().detail("not of `c`");
    });
    assert_eq!(
        found,
        [
            ".other invalid: is not valid {}",
            r#".b range: failed {"max":1}"#,
            r#".c.qty range: must be at least 1 {"min":1}"#,
        ]
    );
}

#[test]
fn well_known_reports_keep_their_relation_to_siblings() {
    let mut list = ViolationList::default();
    list.violations(()).report("a").depends_on_siblings().email();
    assert!(list.into_iter().all(|violation| violation.rule.depends_on_siblings));
}

#[test]
fn given_rules_are_checked_on_every_item() {
    let found = reported(|violations| {
        let tags = [String::from("a"), String::new(), String::from("abcd")];
        violations.field("tags", &tags[..]).each_with(|tag| tag.required().length(..=3));
        let by_name = BTreeMap::from([("one", Some(1_u8)), ("two", Some(2)), ("none", None)]);
        violations.field("by_name", &Some(by_name)).each_with(|number| number.range(2..));
        let rows = vec![VecDeque::from([1_u8, 2]), VecDeque::from([3])];
        violations.field("rows", &rows).each_with(|row| {
            row.length(2..).detail("must be a pair").each_with(|cell| cell.one_of([1_u8, 3]))
        });
        violations.field("absent", &None::<Vec<String>>).each_with(|tag| tag.required());
        violations.value(&[0_u8]).each_with(|cell| cell.range(1..)).detail("is not the list's");
    });
    assert_eq!(
        found,
        [
            ".tags[1] required: is required {}",
            r#".tags[2] length: must be at most 3 characters long {"max":3}"#,
            r#".by_name["one"] range: must be at least 2 {"min":2}"#,
            r#".rows[0][1] one_of: must be one of 1, 3 {"expected":[1,3]}"#,
            r#".rows[1] length: must be a pair {"min":2}"#,
            r#"[0] range: must be at least 1 {"min":1}"#,
        ]
    );
}

#[test]
fn given_rules_stop_at_the_bound() {
    let mut calls = 0;
    let found = reported(|violations| {
        violations.value(&vec![0_u8; 5_000]).each_with(|item| {
            calls += 1;
            item.range(1..)
        });
    });
    assert_eq!((found.len(), calls), (1_001, 1_001));
}

#[test]
fn bounds_of_128_bits_are_texts_only_if_they_have_to_be() {
    let found = reported(|violations| {
        violations.field("small", &0_u128).range(1..=u128::from(u64::MAX));
        violations.field("large", &u128::MAX).range(..u128::MAX);
        violations.field("signed", &i128::MIN).range(i128::from(i64::MIN)..);
        violations.field("optional", &Some(i128::MIN)).range(i128::MIN + 1..);
        violations.field("fits", &u128::MAX).range(u128::MAX..);
    });
    assert_eq!(
        found,
        [
            r#".small range: must be between 1 and 18446744073709551615 {"min":1,"max":18446744073709551615}"#,
            r#".large range: must be less than 340282366920938463463374607431768211455 {"exclusive_max":"340282366920938463463374607431768211455"}"#,
            r#".signed range: must be at least -9223372036854775808 {"min":-9223372036854775808}"#,
            r#".optional range: must be at least -170141183460469231731687303715884105727 {"min":"-170141183460469231731687303715884105727"}"#,
        ]
    );
}
