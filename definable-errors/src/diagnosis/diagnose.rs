//! The diagnosis of one input.

use serde::de::DeserializeOwned;

use super::input::Tree;
use super::replay::Replayer;
use super::report::Diagnosis;
use super::search::{is_accepted, search};
use super::serde_error::clear_discarded;
use super::state::{Budget, Findings};

/// Finds all mistakes of an input that does not deserialize to a `T`. The search takes at most the
/// steps that are left in `budget`, and spends those that it took.
pub(crate) fn diagnose<'t, T: DeserializeOwned>(
    tree: &'t Tree<'t>,
    budget: Option<&Budget>,
) -> Diagnosis<'t, T> {
    let mut replayer = Replayer::<T>::new(tree, budget.map_or(usize::MAX, Budget::left));
    let mut findings = Findings::default();
    search(tree, &mut replayer, &mut findings);
    clear_discarded();
    let is_cut = findings.is_full() || replayer.steps().is_used_up();
    let is_unreadable = findings.is_unreadable();
    let taken = replayer.steps().taken();
    let (mut diagnosis, steps) = Diagnosis::new(tree, findings.into_found(), replayer.into_value());
    diagnosis.is_cut = is_cut;
    diagnosis.is_unreadable |= is_unreadable;
    if let Some(budget) = budget {
        budget.spend(taken + steps);
    }
    diagnosis
}

/// Returns the value of an input of texts if nothing is wrong with it: only some texts that serde
/// buffers have to be read in another way. Ends at the first mistake, or if that takes too long.
pub(crate) fn read_texts<'t, T: DeserializeOwned>(tree: &'t Tree<'t>) -> Option<T> {
    let mut replayer = Replayer::<T>::new(tree, usize::MAX);
    let is_accepted = is_accepted(tree, &mut replayer, &mut Findings::default());
    clear_discarded();
    let is_cut = replayer.steps().is_used_up();
    replayer.into_value().filter(|_| is_accepted && !is_cut)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::replay::{Outcome, Replay};
    use super::*;
    use crate::problem::Problem;

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Line {
        qty: u8,
        name: String,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Payment {
        id: u32,
        #[serde(flatten)]
        card: Card,
    }

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Card {
        year: u16,
        month: u8,
        holder: String,
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        name: String,
        tags: Vec<String>,
    }

    /// Counts the replays, and returns what is reported, and the value with its placeholders.
    fn replayed<T: DeserializeOwned>(body: &str) -> (usize, Vec<String>, Option<T>) {
        struct Counted<'t, T>(Replayer<'t, T>, usize);

        impl<T: DeserializeOwned> Replay for Counted<'_, T> {
            fn run(&mut self, findings: &mut Findings) -> Outcome {
                self.1 += 1;
                self.0.run(findings)
            }
        }

        let tree = Tree::json(body.as_bytes()).unwrap();
        let mut counted = Counted(Replayer::<T>::new(&tree, usize::MAX), 0);
        search(&tree, &mut counted, &mut Findings::default());
        let diagnosis = diagnose::<T>(&tree, None);
        let reported = diagnosis.violations.iter().map(|violation| {
            let (_, _, place) = violation.place().parts();
            format!("{place} {}", violation.code())
        });
        (counted.1, reported.collect(), diagnosis.value)
    }

    #[test]
    fn first_example_in_the_docs_of_the_module_is_true() {
        let (replays, reported, value) =
            replayed::<Payment>(r#"{"id":"x","year":"y","month":"y"}"#);
        let expected = ["#/id type", "#/year type", "#/month type", "#/holder required"];
        assert_eq!(reported, expected);
        // One of them is the group test's.
        assert_eq!(replays, 5);
        assert!(value.is_some());
    }

    #[test]
    fn second_example_in_the_docs_of_the_module_is_true() {
        let (replays, reported, value) = replayed::<Item>(r#"{"nmae":"x","tags":[7]}"#);
        assert_eq!(reported, ["#/nmae unknown_field", "#/tags/0 type", "#/name required"]);
        // The third one is followed by that of everything.
        assert_eq!(replays, 3);
        let Item { name, tags } = value.unwrap();
        assert_eq!((name, tags), ("a".into(), vec!["a".into()]));

        let longer = r#"{"nmae":"x","tags":[7,"a",null],"extra":{"deep":1}}"#;
        let (replays, reported, _) = replayed::<Item>(longer);
        let expected = [
            "#/nmae unknown_field",
            "#/tags/0 type",
            "#/tags/2 type",
            "#/extra unknown_field",
            "#/name required",
        ];
        assert_eq!((replays, &reported[..]), (3, &expected.map(String::from)[..]));
    }

    #[test]
    fn search_ends_at_the_bound_of_noted_places() {
        let body = format!("[{}]", vec!["{}"; 20_000].join(","));
        let tree = Tree::json(body.as_bytes()).unwrap();
        let diagnosis = diagnose::<Vec<Line>>(&tree, None);
        assert!(diagnosis.is_cut);
        assert_eq!(diagnosis.violations.len(), Problem::MAX_VIOLATIONS + 1);
    }

    #[test]
    fn small_search_is_not_cut() {
        let tree = Tree::json(b"{\"a\":{},\"b\":{\"qty\":1}}").unwrap();
        let diagnosis = diagnose::<HashMap<String, Line>>(&tree, None);
        assert_eq!((diagnosis.is_cut, diagnosis.violations.len()), (false, 3));
    }
}
