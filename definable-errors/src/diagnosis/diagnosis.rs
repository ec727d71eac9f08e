use serde::de::DeserializeOwned;

use super::budget::Budget;
use super::fault::Fault;
use super::known::Fields;
use super::known::Target;
use super::names::Names;
use super::origin::{Origin, Token};
use super::overheard;
use super::session::Session;
use super::tree::{Kind, NodeId, ROOT, Tree};
use crate::problem::{Place, Problem, Violation};

/// All that is wrong with an input.
pub(crate) struct Diagnosis<'t, T> {
    /// What was found, in the order of the input; at most one over what an answer tells.
    pub(crate) violations: Vec<Violation>,
    orders: Vec<Order>,
    /// Whether the search ended before everything was looked at.
    pub(crate) is_cut: bool,
    /// Whether no client could send what the type asks for.
    pub(crate) is_unreadable: bool,
    /// The value, stand-ins in place of what is wrong; `None` when nothing could stand in.
    pub(crate) value: Option<T>,
    names: Names<'t>,
}

/// One step into a value, in the names of Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'s> {
    Field(&'s str),
    Index(usize),
    Key(&'s str),
}

/// Where a step in Rust's names leads in the client's input.
#[derive(Debug, PartialEq)]
pub(crate) struct Located {
    /// The place itself, or the nearest one above it that has a name.
    pub(crate) place: Place,
    /// Where that is in the input.
    pub(crate) order: Order,
    /// The field's name in Rust, when the place is only its parent.
    pub(crate) unnamed: Option<String>,
    /// Whether what a rule saw there was invented, wholly or in part: no rule may speak of it.
    pub(crate) is_invented: bool,
}

/// The order of the input. What is missing stands behind everything that its object has, in the
/// order of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order(pub(super) NodeId, pub(super) Option<usize>);

/// Deserializes the input as a `T` once more and collects all of its mistakes. The search takes at most
/// the steps that are left in `budget`, and spends those that it took.
pub(crate) fn diagnose<'t, T: DeserializeOwned>(
    tree: &'t Tree<'t>,
    budget: Option<&Budget>,
) -> Diagnosis<'t, T> {
    let session = Session::new(tree, budget.map_or(usize::MAX, Budget::left));
    let value = read(&session);
    overheard::forget();
    let (is_cut, is_unreadable) = (session.is_cut(), session.is_unreadable.get());
    let taken = session.taken();
    let known = session.known.into_inner();
    let stand_ins: Vec<_> = known.stand_ins().map(|(target, _)| target).collect();
    // What was looked at first comes first, and is found without looking at all others.
    let mut fields = known.fields;
    fields.sort_by_key(|(object, _)| *object);
    fields.dedup_by_key(|(object, _)| *object);
    let mut faults = known.faults;
    faults.sort_by_cached_key(|(target, _)| order(tree, &fields, *target));
    let is_unreadable = is_unreadable || faults.iter().any(|fault| is_unreadable_at(tree, fault));
    let invented = faults.iter().map(|(target, _)| *target).chain(stand_ins).collect();
    faults.truncate(Problem::MAX_VIOLATIONS + 1);
    let violations = faults.iter().map(|(target, fault)| fault.at(place(tree, *target))).collect();
    if let Some(budget) = budget {
        budget.spend(taken + faults.iter().map(|(_, fault)| fault.steps()).sum::<usize>());
    }
    let orders = faults.iter().map(|(target, _)| order(tree, &fields, *target)).collect();
    let names = Names::new(tree, fields, invented, known.dropped, known.tagged);
    Diagnosis { violations, orders, is_cut, is_unreadable, value, names }
}

/// Whether the fault is of the type and not of the text: no text is an object, a list of lists or
/// `null`, a whole query is no number, and only the service names the parameters of a path.
fn is_unreadable_at(tree: &Tree<'_>, (target, fault): &(Target, Fault)) -> bool {
    let is_scalar = |id| matches!(tree.kind(id), Kind::Text | Kind::Texts);
    match (tree.origin, *target, fault) {
        (Origin::Body, ..) => false,
        (Origin::Path, _, Fault::Required | Fault::UnknownField { .. })
        | (_, Target::At(ROOT), Fault::Type(_) | Fault::OneOf { .. }) => true,
        (_, Target::At(id), Fault::Type("object" | "array" | "null")) => is_scalar(id),
        _ => false,
    }
}

/// Passes until one succeeds, or none can tell anything new.
fn read<T: DeserializeOwned>(session: &Session<'_>) -> Option<T> {
    loop {
        let read = T::deserialize(session.root());
        match read {
            Ok(_) if session.is_in_trial() => {}
            Ok(_) if session.stop_skipping() => continue,
            Ok(value) => return Some(value),
            Err(refusal) => {
                session.root().refused(refusal);
            }
        }
        if !session.begin_next_pass() {
            return None;
        }
    }
}

fn order(tree: &Tree<'_>, fields: &[(NodeId, Fields)], target: Target) -> Order {
    match target {
        Target::At(id) => Order(id, None),
        Target::Absent(id, field) => {
            let known = fields.binary_search_by_key(&id, |(object, _)| *object).ok();
            let place = known.and_then(|at| fields[at].1.iter().position(|it| *it == field));
            Order(tree.node(id).last, Some(place.unwrap_or(usize::MAX)))
        }
    }
}

fn place(tree: &Tree<'_>, target: Target) -> Place {
    match target {
        Target::At(id) => tree.place(&tree.path(id)),
        Target::Absent(id, field) => {
            let mut path = tree.path(id);
            path.push(Token::Key(match tree.origin {
                Origin::Header => field.to_ascii_lowercase().replace('_', "-"),
                _ => field.to_owned(),
            }));
            tree.place(&path)
        }
    }
}

impl<T> Diagnosis<'_, T> {
    /// The value, if nothing is wrong with it: texts that serde put aside had to be read otherwise.
    pub(crate) fn take_good(&mut self) -> Option<T> {
        let is_good = self.violations.is_empty() && !self.is_unreadable && !self.is_cut;
        self.value.take_if(|_| is_good)
    }

    /// The client's place for a path in the names of Rust.
    pub(crate) fn locate(&self, path: &[Step<'_>]) -> Located {
        self.names.locate(path)
    }

    /// What was found and what rules say, in the order of the input. Of an input that was refused,
    /// for whatever reason, something is wrong.
    pub(crate) fn together(self, mut broken: Vec<(Order, Violation)>) -> Vec<Violation> {
        if self.violations.is_empty() && broken.is_empty() {
            return vec![Fault::Invalid.at(self.names.whole())];
        }
        broken.splice(0..0, self.orders.into_iter().zip(self.violations));
        broken.sort_by_key(|(order, _)| *order);
        broken.into_iter().map(|(_, violation)| violation).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Line {
        qty: u8,
        name: String,
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
