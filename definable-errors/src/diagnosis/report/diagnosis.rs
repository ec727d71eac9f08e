//! All mistakes of an input.

use super::names::Names;
use super::violation::violation;
use super::wire_path::{Located, Order, Step};
use crate::diagnosis::input::{Kind, NodeId, Origin, ROOT, Token, Tree};
use crate::diagnosis::serde_error::Fields;
use crate::diagnosis::state::{Fault, Found, Target};
use crate::problem::{Place, Problem, Violation};

/// All mistakes of an input.
pub(crate) struct Diagnosis<'t, T> {
    /// What was found, in the order of the input; at most one more than a response contains.
    pub(crate) violations: Vec<Violation>,
    orders: Vec<Order>,
    /// Whether the search ended before everything was read.
    pub(crate) is_cut: bool,
    /// Whether no client can send what the type requests.
    pub(crate) is_unreadable: bool,
    /// The value, with placeholders for what is wrong, or `None` if there is no valid placeholder.
    pub(crate) value: Option<T>,
    names: Names<'t>,
}

impl<'t, T> Diagnosis<'t, T> {
    /// Describes what was found. Returns the steps that this takes, too.
    pub(crate) fn new(tree: &'t Tree<'t>, found: Found, value: Option<T>) -> (Self, usize) {
        let Found { mut faults, placeholders, mut fields, dropped, adjacent } = found;
        // The type that read an object first comes first.
        fields.sort_by_key(|(object, _)| *object);
        fields.dedup_by_key(|(object, _)| *object);
        faults.sort_by_cached_key(|(target, _)| order(tree, &fields, *target));
        let is_unreadable = faults.iter().any(|fault| is_unreadable_at(tree, fault));
        let targets = faults.iter().map(|(target, _)| *target).chain(placeholders).collect();
        faults.truncate(Problem::MAX_VIOLATIONS + 1);
        let steps = faults.iter().map(|(_, fault)| fault.steps()).sum();
        let violations =
            faults.iter().map(|(target, fault)| violation(fault, place(tree, *target))).collect();
        let orders = faults.iter().map(|(target, _)| order(tree, &fields, *target)).collect();
        let names = Names::new(tree, fields, targets, dropped, adjacent);
        (Self { violations, orders, is_cut: false, is_unreadable, value, names }, steps)
    }

    /// Returns the value if nothing is wrong with it: its buffered texts only had to be read in another
    /// way.
    pub(crate) fn take_valid(&mut self) -> Option<T> {
        let is_valid = self.violations.is_empty() && !self.is_unreadable && !self.is_cut;
        self.value.take_if(|_| is_valid)
    }

    /// Returns the client's place for a path in the names of Rust.
    pub(crate) fn locate(&self, path: &[Step<'_>]) -> Located {
        self.names.locate(path)
    }

    /// Returns what was found, together with the rules that the value breaks, in the order of the input.
    /// There is at least one violation, because the input was rejected.
    pub(crate) fn together(self, mut broken: Vec<(Order, Violation)>) -> Vec<Violation> {
        if self.violations.is_empty() && broken.is_empty() {
            return vec![violation(&Fault::Invalid, self.names.whole())];
        }
        if broken.is_empty() {
            return self.violations;
        }
        broken.splice(0..0, self.orders.into_iter().zip(self.violations));
        broken.sort_by_key(|(order, _)| *order);
        broken.into_iter().map(|(_, violation)| violation).collect()
    }
}

/// Returns whether the fault is that of the type and not of the text: no text is an object, a list of
/// lists or `null`, a whole query is no number, and only the service names the parameters of a path.
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

fn order(tree: &Tree<'_>, fields: &[(NodeId, Fields)], target: Target) -> Order {
    match target {
        Target::At(id) => Order(id, None),
        Target::Missing(id, field) => {
            let known = fields.binary_search_by_key(&id, |(object, _)| *object).ok();
            let place = known.and_then(|at| fields[at].1.iter().position(|it| *it == field));
            Order(tree.node(id).last, Some(place.unwrap_or(usize::MAX)))
        }
    }
}

fn place(tree: &Tree<'_>, target: Target) -> Place {
    match target {
        Target::At(id) => tree.place(&tree.path(id)),
        Target::Missing(id, field) => {
            let mut path = tree.path(id);
            path.push(Token::Key(match tree.origin {
                Origin::Header => field.to_ascii_lowercase().replace('_', "-"),
                _ => field.to_owned(),
            }));
            tree.place(&path)
        }
    }
}
