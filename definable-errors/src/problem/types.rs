use std::convert::Infallible;

use super::ProblemType;

/// A type that can answer with problems, and declares which.
///
/// The derive implements it for error types; extractors and guards implement it too. Documentation
/// that is generated from it cannot drift from the code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which problems it can answer with",
    label = "this is no API error",
    note = "derive it: `#[derive(definable_errors::ApiError)]`"
)]
pub trait ProblemTypes {
    /// The problem types, its own and those of the types that it forwards to.
    const TYPES: Types;
}

/// A tree of problem types: a type's own, and those of the types that it forwards to.
///
/// It is a tree, because a constant of a generic type cannot join slices.
#[derive(Debug, Clone, Copy)]
pub struct Types {
    /// The type's own problem types.
    pub own: &'static [&'static ProblemType],
    /// The problem types of the types that it forwards to.
    pub others: &'static [Types],
}

impl Types {
    /// An empty tree.
    pub const EMPTY: Self = Self { own: &[], others: &[] };

    /// Returns the problem type with this code.
    ///
    /// ```
    /// use definable_errors::problem::{NOT_FOUND, ProblemType, Types};
    ///
    /// const TYPES: Types = Types { own: &[&NOT_FOUND], others: &[] };
    /// static FOUND: &ProblemType = TYPES.by_code("not_found");
    /// assert_eq!(FOUND.status().as_u16(), 404);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is none. In a constant, that does not compile.
    pub const fn by_code(self, code: &str) -> &'static ProblemType {
        match self.find(code) {
            Some(found) => found,
            None => panic!("no problem type has this code"),
        }
    }

    pub(crate) const fn find(self, code: &str) -> Option<&'static ProblemType> {
        let mut at = 0;
        while at < self.own.len() {
            if is_same(self.own[at].code().as_bytes(), code.as_bytes()) {
                return Some(self.own[at]);
            }
            at += 1;
        }
        at = 0;
        while at < self.others.len() {
            if let Some(found) = self.others[at].find(code) {
                return Some(found);
            }
            at += 1;
        }
        None
    }

    /// Iterates over all problem types, its own first.
    pub fn iter(&self) -> impl Iterator<Item = &'static ProblemType> + use<> {
        let mut own = self.own.iter();
        let mut waiting: Vec<&'static Types> = self.others.iter().rev().collect();
        std::iter::from_fn(move || {
            loop {
                if let Some(found) = own.next() {
                    return Some(*found);
                }
                let next = waiting.pop()?;
                own = next.own.iter();
                waiting.extend(next.others.iter().rev());
            }
        })
    }
}

/// An absent input cannot fail.
impl ProblemTypes for () {
    const TYPES: Types = Types::EMPTY;
}

/// A value of this type never exists.
impl ProblemTypes for Infallible {
    const TYPES: Types = Types::EMPTY;
}

/// Compares strings: `==` is not constant for them yet.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    one.len() == other.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ErrorStatus;

    #[test]
    fn the_tree_is_walked_in_order() {
        static ONE: ProblemType = ProblemType::new("one", ErrorStatus::CONFLICT, "One");
        static TWO: ProblemType = ProblemType::new("two", ErrorStatus::CONFLICT, "Two");
        static TEN: ProblemType = ProblemType::new("ten", ErrorStatus::CONFLICT, "Ten");
        const LEAF: Types = Types { own: &[&TWO], others: &[] };
        const BRANCH: Types = Types { own: &[&TEN], others: &[LEAF] };
        const TREE: Types = Types { own: &[&ONE], others: &[LEAF, BRANCH, Types::EMPTY] };
        let codes: Vec<_> = TREE.iter().map(ProblemType::code).collect();
        assert_eq!(codes, ["one", "two", "ten", "two"]);
        assert_eq!(TREE.by_code("ten"), &TEN);
        assert!(TREE.find("on").is_none() && TREE.find("twos").is_none());
    }
}
