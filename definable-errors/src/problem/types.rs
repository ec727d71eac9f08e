//! What a type can respond with: a tree of problem types.

use std::convert::Infallible;

use super::{ErrorStatus, ProblemType};

/// A type that can respond with problems, and declares which.
///
/// The derive implements it for error types; extractors, guards and layers implement it too.
/// Documentation that is generated from it cannot drift from the code. An extractor of your own
/// implements it in three lines:
///
/// ```
/// use definable_errors::problem::{ProblemType, ProblemTypes, Types, VALIDATION_FAILED};
///
/// struct Language(String);
///
/// impl ProblemTypes for Language {
///     const TYPES: Types = Types { own: &[&VALIDATION_FAILED], others: &[] };
/// }
///
/// assert_eq!(Language::TYPES.iter().map(ProblemType::code).collect::<Vec<_>>(), ["validation_failed"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare its problem types: derive `ApiError` for an error, implement `ProblemTypes` for an extractor",
    label = "`{Self}` has no problem types",
    note = "an error: `#[derive(definable_errors::ApiError)]`; a handler that returns an error of another crate: `router::undocumented(handler)` or `router::documented::<MyError, _>(handler)`",
    note = "an extractor of your own: `impl ProblemTypes for {Self} {{ const TYPES: Types = Types {{ own: &[&…], others: &[] }}; }}`",
    note = "an extractor of another crate: `router::Undocumented<{Self}>`; some are known with a feature: `WebSocketUpgrade` with `ws`, `Multipart` with `multipart`, `ConnectInfo` with `serve` or `rate-limit`"
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
    /// The type's own problem types. Use [`iter`](Self::iter) to read them.
    pub own: &'static [&'static ProblemType],
    /// The problem types of the types that it forwards to.
    pub others: &'static [Types],
}

impl Types {
    /// An empty tree.
    pub const EMPTY: Self = Self { own: &[], others: &[] };

    /// A tree of a type whose problem types are not known, or not known completely.
    ///
    /// ```
    /// use definable_errors::problem::{CONFLICT, Types};
    ///
    /// const SOME: Types = Types { own: &[&CONFLICT], others: &[Types::UNDOCUMENTED] };
    /// assert_eq!(SOME.iter().collect::<Vec<_>>(), [&CONFLICT]);
    /// assert!(!SOME.is_documented());
    /// ```
    pub const UNDOCUMENTED: Self = Self { own: &[&UNKNOWN], others: &[] };

    /// Returns whether the problem types are known completely: no part of the tree is
    /// [`UNDOCUMENTED`](Self::UNDOCUMENTED).
    pub const fn is_documented(&self) -> bool {
        self.find(UNKNOWN_CODE).is_none()
    }

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
            Some(found) if !found.code().is_empty() => found,
            _ => panic!("no problem type has this code"),
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
                if let Some(found) = own.find(|found| !found.code().is_empty()) {
                    return Some(*found);
                }
                let next = waiting.pop()?;
                own = next.own.iter();
                waiting.extend(next.others.iter().rev());
            }
        })
    }
}

/// A placeholder for problem types that are not known. Its code is empty, and so differs from that of
/// any other.
static UNKNOWN: ProblemType =
    ProblemType::checked(UNKNOWN_CODE, ErrorStatus::INTERNAL_SERVER_ERROR, "Unknown");

const UNKNOWN_CODE: &str = "";

/// An optional extractor can respond with the same problems as the extractor itself.
impl<E: ProblemTypes> ProblemTypes for Option<E> {
    const TYPES: Types = E::TYPES;
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

    #[test]
    fn undocumented_part_is_no_problem_type() {
        const TREE: Types = Types { own: &[], others: &[Types::EMPTY, Types::UNDOCUMENTED] };
        assert_eq!(TREE.iter().count(), 0);
        assert!(!TREE.is_documented() && Types::EMPTY.is_documented());
    }

    #[test]
    #[should_panic(expected = "no problem type has this code")]
    fn undocumented_part_has_no_code() {
        let _ = Types::UNDOCUMENTED.by_code("");
    }
}
