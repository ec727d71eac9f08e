//! A property test with generated types and values: the extractor reports what serde finds.

mod derived;
mod dynamic;
mod json;
mod repair;
mod schema;
mod spot;
mod tape;
mod visitors;

use std::cell::Cell;
use std::cmp::Reverse;
use std::rc::Rc;
use std::time::{Duration, Instant};

use definable_errors::extract::Json as Extractor;
use definable_errors::problem::{Place, Problem};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde::de::DeserializeOwned;

use self::dynamic::Dynamic;
use self::json::Json;
use self::repair::{Reported, repair};
use self::schema::Schema;
use self::spot::Spot;
use self::tape::Tape;

type Root = Dynamic<0>;

/// Every body here is small, and is read within milliseconds on an idle machine.
const SLOW: Duration = Duration::from_secs(20);

/// Returns whether plain serde accepts the body.
fn is_taken<T: DeserializeOwned>(body: &str) -> bool {
    serde_json::from_str::<T>(body).is_ok()
}

fn reported<T: DeserializeOwned>(body: &str) -> Result<Vec<Reported>, String> {
    let Err(error) = Extractor::<T>::from_bytes(body.as_bytes()) else {
        return Ok(Vec::new());
    };
    let violations = error.problem().violations();
    if violations.is_empty() {
        return Err(format!("{} without a violation: {body}", error.problem().code()));
    }
    let reported = violations.iter().map(|violation| match violation.place() {
        Place::Body(pointer) => Ok(Reported::new(pointer, violation.code())),
        other => Err(format!("{other:?} is not in the body")),
    });
    reported.collect()
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
        assert!(is_taken::<Root>(&body.to_string()), "no good value: {body} for {schema}");
        for _ in 0..mutations.below(7) {
            body.mutate(&mut mutations);
        }
        Self { schema, body }
    }

    fn check(&self) -> Result<(), String> {
        let body = self.body.to_string();
        let start = Instant::now();
        let reported = reported::<Root>(&body)?;
        if start.elapsed() > SLOW {
            return Err(format!("{:?} for {reported:?} of {body}", start.elapsed()));
        }
        if is_taken::<Root>(&body) == reported.is_empty() {
            Ok(())
        } else {
            Err(format!("{reported:?} for {body}"))
        }
    }

    /// Checks that every reported place is wrong, and that all others are right.
    fn check_places(&self) -> Result<(), String> {
        let reported = reported::<Root>(&self.body.to_string())?;
        if reported.len() >= Problem::MAX_VIOLATIONS {
            return Ok(());
        }
        if !self.schema.has_derived {
            self.check_beside_a_mistake(&reported)?;
        }
        self.check_each_is_a_mistake(&reported)?;
        self.check_rounds(reported)
    }

    /// Checks that a mistake beside the value changes nothing about what is reported for it.
    fn check_beside_a_mistake(&self, alone: &[Reported]) -> Result<(), String> {
        let body = format!("[256, {}]", self.body);
        let mut both = reported::<(u8, Root)>(&body)?;
        let first = both.remove(0);
        for reported in &mut both {
            if !reported.path.is_empty() {
                reported.path.remove(0);
            }
        }
        if first.path == ["0"] && both == alone {
            Ok(())
        } else {
            Err(format!("{alone:?} alone, {first:?} and {both:?} in {body}"))
        }
    }

    /// Checks that serde rejects the value while any one of the mistakes remains.
    fn check_each_is_a_mistake(&self, reported: &[Reported]) -> Result<(), String> {
        for (at, left) in reported.iter().enumerate() {
            let others = reported.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<_> = others.map(|(_, reported)| reported.clone()).collect();
            let is_inside = others.iter().any(|other| other.contains(left));
            if !is_inside && is_taken::<Root>(&self.repaired(&others)?.to_string()) {
                return Err(format!("{left:?} of {reported:?} is no mistake in {}", self.body));
            }
        }
        Ok(())
    }

    /// Checks that serde accepts the value once all mistakes are repaired. Mistakes that hide
    /// others may need another round.
    fn check_rounds(&self, mut reported: Vec<Reported>) -> Result<(), String> {
        let mut case = Self { schema: Rc::clone(&self.schema), body: self.body.clone() };
        // Whichever of several duplicate members is kept may be wrong itself.
        let hides = reported.iter().any(|reported| reported.code == "duplicate");
        let is_deep = self.schema.has_skus || self.schema.has_derived || hides;
        for _ in 0..if is_deep { 8 } else { 1 } {
            case.body = case.repaired(&reported)?;
            let body = case.body.to_string();
            if is_taken::<Root>(&body) {
                return Ok(());
            }
            reported = super::property::reported::<Root>(&body)?;
        }
        Err(format!("{reported:?} is left in {} from {}", case.body, self.body))
    }

    fn repaired(&self, reported: &[Reported]) -> Result<Json, String> {
        let mut body = self.body.clone();
        // Both of two duplicate members are reported, and both are repaired at once.
        let mut reported: Vec<_> = reported.iter().collect();
        reported
            .sort_by_key(|reported| (Reverse(reported.path.len()), &reported.path, &reported.code));
        reported.dedup();
        for reported in reported {
            repair(&self.schema, &mut self.body.clone(), reported)
                .map_err(|error| format!("{error} in {}", self.body))?;
            // Both of two members with the same name are repaired already.
            let _ = repair(&self.schema, &mut body, reported);
        }
        Ok(body)
    }
}

fn cases() -> u32 {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    cases.unwrap_or(3_000)
}

/// If serde buffers values, a place can only be guessed, and a guess is sometimes wrong. The test
/// counts how often.
#[test]
fn reported_mistakes_are_the_real_ones() {
    let config = ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    };
    let (hidden, wrong) = (Cell::new(0), Cell::new(0));
    let tapes = (Tape::any(120), Tape::any(120), Tape::any(40));
    let result = TestRunner::new(config).run(&tapes, |(types, values, mutations)| {
        let case = Case::new(types, values, mutations);
        let failed = |error| TestCaseError::fail(format!("{error}\n{}", case.schema));
        case.check().map_err(failed)?;
        match (case.schema.has_derived, case.check_places()) {
            (false, result) => result.map_err(failed)?,
            (true, result) => {
                hidden.set(hidden.get() + 1);
                wrong.set(wrong.get() + u32::from(result.is_err()));
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(wrong.get() * 100 <= hidden.get() + 300, "{} of {}", wrong.get(), hidden.get());
}
