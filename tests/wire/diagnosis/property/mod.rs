//! For made-up types and values: what the extractor says is what serde says, in more words.

mod derived;
mod dynamic;
mod json;
mod repair;
mod schema;
mod spot;
mod tape;
mod visitors;

use std::cmp::Reverse;
use std::rc::Rc;

use definable_errors::extract::Json as Extractor;
use definable_errors::problem::{Place, Problem};
use proptest::prelude::*;
use serde::de::DeserializeOwned;

use self::dynamic::Dynamic;
use self::json::Json;
use self::repair::{Told, repair};
use self::schema::Schema;
use self::spot::Spot;
use self::tape::Tape;

type Root = Dynamic<0>;

/// What plain serde says.
fn is_taken<T: DeserializeOwned>(body: &str) -> bool {
    serde_json::from_str::<T>(body).is_ok()
}

fn told<T: DeserializeOwned>(body: &str) -> Result<Vec<Told>, String> {
    let Err(error) = Extractor::<T>::from_bytes(body.as_bytes()) else {
        return Ok(Vec::new());
    };
    let violations = error.problem().violations();
    if violations.is_empty() {
        return Err(format!("{} without a violation: {body}", error.problem().code()));
    }
    let told = violations.iter().map(|violation| match violation.place() {
        Place::Body(pointer) => Ok(Told::new(&pointer.to_string(), violation.code())),
        other => Err(format!("{other:?} is not in the body")),
    });
    told.collect()
}

/// A type, and a value with mistakes.
struct Case {
    schema: Rc<Schema>,
    body: Json,
}

impl Case {
    fn new(mut types: Tape, mut values: Tape, mut mutations: Tape) -> Self {
        let schema = Rc::new(Schema::new(&mut types));
        dynamic::install(Rc::clone(&schema));
        let mut body = Spot::id(0).good(&schema, &mut values, 0);
        if !is_taken::<Root>(&body.to_string()) {
            println!("no good value: {body} for {schema}");
        }
        for _ in 0..mutations.below(7) {
            body.mutate(&mut mutations);
        }
        Self { schema, body }
    }

    fn check(&self) -> Result<(), String> {
        let body = self.body.to_string();
        let told = told::<Root>(&body)?;
        if is_taken::<Root>(&body) != told.is_empty() {
            return Err(format!("{told:?} for {body}"));
        }
        if told.len() >= Problem::MAX_VIOLATIONS {
            return Ok(());
        }
        self.check_beside_a_mistake(&told)?;
        self.check_each_is_a_mistake(&told)?;
        self.check_rounds(told)
    }

    /// A good value beside a bad one is not blamed, and a bad one is blamed for the same.
    fn check_beside_a_mistake(&self, alone: &[Told]) -> Result<(), String> {
        let body = format!("[256, {}]", self.body);
        let mut both = told::<(u8, Root)>(&body)?;
        let first = both.remove(0);
        for told in &mut both {
            if !told.path.is_empty() {
                told.path.remove(0);
            }
        }
        match first.path == ["0"] && both == alone {
            true => Ok(()),
            false => Err(format!("{alone:?} alone, {first:?} and {both:?} in {body}")),
        }
    }

    /// While one of them is left, serde refuses the value.
    fn check_each_is_a_mistake(&self, told: &[Told]) -> Result<(), String> {
        for (at, left) in told.iter().enumerate() {
            let others = told.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<_> = others.map(|(_, told)| told.clone()).collect();
            let is_inside = others.iter().any(|other| other.contains(left));
            if !is_inside && is_taken::<Root>(&self.repaired(&others)?.to_string()) {
                return Err(format!("{left:?} of {told:?} is no mistake in {}", self.body));
            }
        }
        Ok(())
    }

    /// Once all are mended serde takes the value. What hides others may need another round.
    fn check_rounds(&self, mut told: Vec<Told>) -> Result<(), String> {
        let mut case = Self { schema: Rc::clone(&self.schema), body: self.body.clone() };
        for _ in 0..if self.schema.is_visible { 1 } else { 8 } {
            case.body = case.repaired(&told)?;
            let body = case.body.to_string();
            if is_taken::<Root>(&body) {
                return Ok(());
            }
            told = super::property::told::<Root>(&body)?;
        }
        Err(format!("{told:?} is left in {} from {}", case.body, self.body))
    }

    fn repaired(&self, told: &[Told]) -> Result<Json, String> {
        let mut body = self.body.clone();
        // Of members that stand there twice both are told, and mended at once.
        let mut told: Vec<_> = told.iter().collect();
        told.sort_by_key(|told| (Reverse(told.path.len()), &told.path, &told.code));
        told.dedup();
        for told in told {
            repair(&self.schema, &mut self.body.clone(), told)
                .map_err(|error| format!("{error} in {}", self.body))?;
            // Of two that stand under one name both are mended already.
            let _ = repair(&self.schema, &mut body, told);
        }
        Ok(body)
    }
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(1_000),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_is_told_is_what_is_wrong(
        types in Tape::any(120), values in Tape::any(120), mutations in Tape::any(40),
    ) {
        let case = Case::new(types, values, mutations);
        if let Err(error) = case.check() {
            return Err(TestCaseError::fail(format!("{error}\n{}", case.schema)));
        }
    }
}
