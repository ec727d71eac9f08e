//! The search in the documents of a knowledge base, by the similarity of their texts.

mod index;
mod problems;
mod query;
mod routes;
mod store;

pub(crate) use self::index::Index;
use self::index::Match;
use self::problems::SearchProblems;
use self::query::SearchQuery;
pub(crate) use self::routes::{Operations, routes};
