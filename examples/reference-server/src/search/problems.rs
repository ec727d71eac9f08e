//! The problem types that a search can answer with.

use definable_errors::problem::{ProblemTypes, Types};
use definable_errors::upstream::Upstream;

use crate::kbs::FindProblems;

/// The problem types of a search.
#[derive(Debug)]
pub(super) enum SearchProblems {}

impl ProblemTypes for SearchProblems {
    const TYPES: Types = Types { own: &[], others: &[FindProblems::TYPES, Upstream::TYPES] };
}
