//! Tests of hostile input: every body gets a response, and the work grows linearly with its size.

use std::cell::Cell;
use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use definable_errors::extract::Batch;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};

use super::support::{extracted, extracted_as, reported};

/// The number of values in a body that is still small enough to be diagnosed.
const MANY: usize = 5_000;

/// The size in bytes of the stack that a thread of a service has.
const STACK: usize = 2 * 1024 * 1024;

thread_local! {
    static READS: Cell<usize> = const { Cell::new(0) };
}

/// A number whose deserializations are counted.
struct Counted(#[expect(dead_code, reason = "what was read")] u8);

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        READS.set(READS.get() + 1);
        u8::deserialize(deserializer).map(Self)
    }
}

/// Returns the number of violations, and whether there are more. Asserts that a type that counts is
/// not deserialized more than a few times for each of the values.
#[track_caller]
fn answered<T: DeserializeOwned + Send>(body: &str, values: usize) -> (usize, bool) {
    READS.set(0);
    let began = Instant::now();
    let Err(error) = extracted::<T>(body) else { panic!("it was taken") };
    // The benchmark gates the instructions; this only detects code that is a hundred times too
    // slow.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    let reads = READS.get();
    assert!(reads <= 8 * values + 1000, "{reads} reads of {values} values");
    let problem = error.problem();
    assert_eq!(problem.code(), "validation_failed");
    (problem.violations().len(), problem.is_truncated())
}

fn list(element: &str) -> String {
    format!("[{}]", vec![element; MANY].join(","))
}

/// Returns an object of `count` members.
fn members(count: usize, member: impl Fn(usize) -> String) -> String {
    format!("{{{}}}", (0..count).map(member).collect::<Vec<_>>().join(","))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Strict {
    #[serde(default)]
    id: Option<Counted>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Single {
    id: Counted,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Untagged {
    Number(Counted),
    Pair(Counted, Counted),
    Named { id: Counted },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Wide {
    id: Counted,
    #[serde(flatten)]
    rest: HashMap<String, Untagged>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only read")]
enum Deep {
    Number(u8),
    List(Vec<Deep>),
    Named { of: Box<Deep> },
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
enum Expression {
    Not(Box<Expression>),
    All(Vec<Expression>),
    Literal(u8),
}

/// A type of which no finite value exists.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
enum Endless {
    Not(Box<Endless>),
    Neither(Box<Endless>, Box<Endless>),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Linked {
    value: u8,
    next: Option<Box<Linked>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only read")]
struct FlatLinked {
    value: u8,
    #[serde(flatten)]
    next: HashMap<String, FlatLinked>,
}

/// Runs the extractor on a thread with a stack of [`STACK`] bytes.
fn on_a_small_stack<T: DeserializeOwned + Send + 'static>(body: String) -> Vec<String> {
    let thread =
        thread::Builder::new().stack_size(STACK).spawn(move || reported::<T>(&body)).unwrap();
    thread.join().unwrap()
}

fn nested(levels: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

/// The number of levels that serde reads.
const LEVELS: usize = 120;

#[test]
fn deepest_values_fit_into_a_small_stack() {
    let lists = nested(LEVELS, "[", "\"x\"", "]");
    assert_eq!(on_a_small_stack::<Deep>(lists).len(), 1);
    let named = nested(LEVELS, r#"{"of":"#, "\"x\"", "}");
    assert_eq!(on_a_small_stack::<Deep>(named).len(), 1);
    let negated = nested(LEVELS / 2, r#"{"Not":"#, r#"{"Literal":"x"}"#, "}");
    assert_eq!(on_a_small_stack::<Expression>(negated), [deep_literal()]);
    let linked = nested(LEVELS, r#"{"value":1,"next":"#, "7", "}");
    assert_eq!(on_a_small_stack::<Linked>(linked).len(), 1);
    let flat = nested(LEVELS, r#"{"value":1,"a":"#, "7", "}");
    assert_eq!(on_a_small_stack::<FlatLinked>(flat).len(), 1);
}

fn deep_literal() -> String {
    format!("#{}/Literal type", "/Not".repeat(LEVELS / 2))
}

#[test]
fn deeper_values_are_malformed() {
    for levels in [128, 1000, MANY] {
        for (open, close) in [("[", "]"), (r#"{"of":"#, "}"), (r#"{"Not":"#, "}")] {
            let body = nested(levels, open, "\"x\"", close);
            let reported = on_a_small_stack::<Deep>(body.clone());
            assert!(reported[0].starts_with("malformed_body "), "{reported:?}");
            assert_eq!(on_a_small_stack::<Expression>(body), reported);
        }
    }
}

#[test]
fn deep_values_of_unknown_members_are_skipped() {
    let body = format!(r#"{{"x":{},"value":"x"}}"#, nested(LEVELS, "[", "1", "]"));
    assert_eq!(on_a_small_stack::<Linked>(body), ["#/value type"]);
}

#[test]
fn hundred_of_thousands_of_wrong_elements_are_reported() {
    assert_eq!(answered::<Vec<Counted>>(&list("\"x\""), MANY), (100, true));
    assert_eq!(answered::<Vec<Counted>>(&list("256"), MANY), (100, true));
}

#[test]
fn hundred_of_thousands_of_empty_objects_are_reported() {
    assert_eq!(answered::<Vec<Single>>(&list("{}"), MANY), (100, true));
}

#[test]
fn hundred_of_thousands_of_unknown_variants_are_reported() {
    assert_eq!(answered::<Vec<Untagged>>(&list("\"x\""), 3 * MANY), (100, true));
}

/// The first variant contains the enum itself, so no placeholder can be built from it.
#[test]
fn recursive_enum_does_not_recurse_forever() {
    assert_eq!(on_a_small_stack::<Expression>("\"x\"".to_owned()), ["# one_of"]);
    assert_eq!(on_a_small_stack::<Expression>("7".to_owned()), ["# one_of"]);
    let inside = r#"{"All":[{"Not":7},{"Literal":1},{"Not":{"Literal":"x"}}]}"#.to_owned();
    let expected = ["#/All/0/Not one_of", "#/All/2/Not/Literal type"];
    assert_eq!(on_a_small_stack::<Expression>(inside), expected);
    assert_eq!(on_a_small_stack::<Endless>("7".to_owned()), ["# one_of"]);
}

#[test]
fn mistake_among_thousands_of_members_is_found() {
    let body =
        |wrong| members(MANY, |at| format!("\"k{at}\":{}", if at == wrong { 256 } else { 1 }));
    for wrong in [0, MANY / 2, MANY - 1] {
        let body = body(wrong);
        assert_eq!(answered::<HashMap<String, Counted>>(&body, MANY), (1, false));
        assert_eq!(reported::<HashMap<String, u8>>(&body), [format!("#/k{wrong} range")]);
    }
}

#[test]
fn thousands_of_duplicates_are_reported_a_hundred_times() {
    let twice = members(MANY, |_| "\"id\":1".to_owned());
    assert_eq!(answered::<Single>(&twice, MANY), (100, true));
    let wrong = members(MANY, |_| "\"id\":\"x\"".to_owned());
    assert_eq!(answered::<Single>(&wrong, MANY), (100, true));
    // In a map the last duplicate counts, and duplicates are no mistake.
    let in_a_map = members(MANY, |at| format!("\"id\":{}", if at == 0 { "\"x\"" } else { "1" }));
    assert_eq!(answered::<HashMap<String, Counted>>(&in_a_map, MANY), (1, false));
}

#[test]
fn unknown_fields_with_long_names_are_reported_as_far_as_they_fit() {
    let long = "n".repeat(200);
    let body = members(280, |at| format!("\"{long}{at}\":1"));
    assert_eq!(answered::<Strict>(&body, 1), (100, true));
    let body = members(MANY, |at| format!("\"idd{at}\":1"));
    assert_eq!(answered::<Strict>(&body, 1), (100, true));
}

/// The names differ at their ends, in one letter, or only in bytes that a cheap hash ignores.
#[test]
fn similar_names_cost_no_more() {
    let alike: [fn(usize) -> String; 3] = [
        |at| format!("{}{at}", "x".repeat(200)),
        |at| format!("{at:017}{}", "x".repeat(200)),
        |at| (0..17).map(|bit| if at >> bit & 1 == 0 { "Aa" } else { "BB" }).collect(),
    ];
    for name in alike {
        let body = members(280, |at| format!("\"{}\":\"x\"", name(at)));
        assert_eq!(answered::<HashMap<String, Counted>>(&body, 280), (100, true));
        assert_eq!(answered::<Strict>(&body, 280), (100, true));
    }
}

#[test]
fn huge_text_is_harmless_where_a_number_or_a_name_is_expected() {
    let text = format!("\"{}\"", "ä".repeat(900_000));
    assert_eq!(reported::<u8>(&text), ["# type"]);
    assert_eq!(reported::<Expression>(&text), ["# one_of"]);
    assert_eq!(reported::<Untagged>(&text).len(), 1);
    assert_eq!(reported::<Strict>(&format!("{{{text}:1}}")).len(), 1);
    let escaped = format!("\"{}\"", "\\u00e4".repeat(300_000));
    assert_eq!(reported::<Expression>(&escaped), ["# one_of"]);
    assert_eq!(reported::<char>(&escaped), ["# type"]);
}

macro_rules! variants {
    ($($name:ident)*) => {
        #[derive(Deserialize)]
        enum Crowded { $($name,)* }

        #[derive(Deserialize)]
        #[serde(untagged)]
        #[expect(dead_code, non_snake_case, reason = "only read, by the names of the variants")]
        enum Choices { $($name { $name: Counted },)* }
    };
}

variants! {
    A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 B0 B1 B2 B3 B4 B5 B6 B7 B8 B9 C0 C1 C2 C3 C4 C5 C6 C7 C8 C9
    D0 D1 D2 D3 D4 D5 D6 D7 D8 D9 E0 E1 E2 E3 E4 E5 E6 E7 E8 E9 F0 F1 F2 F3 F4 F5 F6 F7 F8 F9
}

/// Each item is an input of its own, and all of them together cost no more than one.
#[test]
fn wrong_batch_items_are_not_deserialized_more_often() {
    READS.set(0);
    let body = format!("[{}]", vec![r#"[["x"]]"#; 1_000].join(","));
    let Batch(items) = extracted_as::<Batch<Vec<Untagged>>>(&body).unwrap();
    let reads = READS.get();
    assert!(reads <= 20_000, "{reads} reads");
    let errors: Vec<_> = items.iter().map(|item| item.as_ref().err().unwrap().problem()).collect();
    assert!(errors.iter().all(|problem| problem.code() == "validation_failed"));
    assert_eq!(errors.iter().filter(|problem| problem.violations().len() == 1).count(), 1_000);
    assert!(!errors[0].is_truncated());
    assert!(errors[999].is_truncated());
}

#[test]
fn enum_of_many_variants_is_not_deserialized_more_often() {
    let wrong = format!("\"{}\"", "A".repeat(16));
    assert_eq!(
        answered::<Vec<Crowded>>(&format!("[{}]", vec![wrong; 3_000].join(",")), 0),
        (100, true)
    );
    let body = format!("[{}]", vec![r#"{"F9":"x"}"#; 500].join(","));
    let (reported, _) = answered::<Vec<Choices>>(&body, 60 * 500);
    assert!(reported >= 1);
}

#[test]
fn flattened_untagged_values_are_not_deserialized_more_often() {
    let value = |at: usize| match at % 4 {
        0 => "1",
        1 => "[1,2]",
        2 => r#"{"id":1}"#,
        _ => r#"{"id":"x"}"#,
    };
    let body = members(3_500, |at| match at {
        0 => "\"id\":1".to_owned(),
        _ => format!("\"k{at}\":{}", value(at)),
    });
    let (reported, _) = answered::<Wide>(&body, 4 * 3_500);
    assert!(reported >= 1);
}
