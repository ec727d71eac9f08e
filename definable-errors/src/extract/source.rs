use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::first_mistake::{self, is_large};
use super::pairs;
use super::refusals::{invalid, invalid_in_part, malformed, misconfigured};
use crate::diagnosis::{Budget, Diagnosis, Origin, Tree, diagnose};
use crate::error::ApiError;
use crate::problem::{Problem, Violation};

/// What a client sent, by its origin in the request.
#[derive(Debug)]
#[doc(hidden)]
#[non_exhaustive]
pub enum Source {
    /// A JSON body.
    Json(Bytes),
    /// An item of a batch.
    Item(Item),
    /// The body of a form.
    Form(Bytes),
    /// A query, or a form that was sent as a query.
    Query(String),
    /// The parameters of a path, in order.
    Path(Vec<(String, String)>),
    /// The lines of header fields, in order.
    Header(Vec<(String, String)>),
}

/// One item of a batch.
#[derive(Debug)]
#[doc(hidden)]
pub struct Item {
    pub(super) json: Bytes,
    /// The remaining budget for finding all mistakes of this and the other items.
    pub(super) budget: Arc<Budget>,
}

impl Source {
    /// Deserializes a body on the success path, in one pass of serde. Returns `None` if something
    /// is wrong.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Self::Json(bytes) | Self::Item(Item { json: bytes, .. }) => {
                serde_json::from_slice(bytes).ok()
            }
            Self::Form(bytes) => pairs::read(bytes),
            Self::Query(query) => pairs::read(query.as_bytes()),
            Self::Path(_) | Self::Header(_) => None,
        }
    }

    /// Returns the text; it is empty for a source that consists of several texts.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Json(bytes) | Self::Item(Item { json: bytes, .. }) | Self::Form(bytes) => bytes,
            Self::Query(query) => query.as_bytes(),
            Self::Path(_) | Self::Header(_) => &[],
        }
    }

    pub(super) const fn origin(&self) -> Origin {
        match self {
            Self::Json(_) | Self::Item(_) => Origin::Body,
            Self::Form(_) => Origin::Form,
            Self::Query(_) => Origin::Query,
            Self::Path(_) => Origin::Path,
            Self::Header(_) => Origin::Header,
        }
    }

    /// Returns the budget for finding all mistakes, if it does not depend on the size of the input
    /// alone.
    pub(super) fn budget(&self) -> Option<&Budget> {
        match self {
            Self::Item(item) => Some(&item.budget),
            _ => None,
        }
    }

    /// Returns the texts of the first `count` elements of a body that is an array.
    pub(super) fn elements(&self, count: usize) -> Result<Vec<&str>, ApiError> {
        let elements = Tree::elements(self.bytes(), count);
        let elements = elements.map_err(|error| malformed(error.to_string()))?;
        elements.ok_or_else(|| invalid([self.origin().no_array()]))
    }

    /// Reads the input into a tree, or returns what is malformed about it.
    pub(super) fn tree(&self) -> Result<Tree<'_>, ApiError> {
        Ok(match self {
            Self::Json(bytes) | Self::Item(Item { json: bytes, .. }) => {
                Tree::json(bytes).map_err(|error| malformed(error.to_string()))?
            }
            Self::Form(bytes) => Tree::pairs(Origin::Form, form_urlencoded::parse(bytes)),
            Self::Query(query) => {
                Tree::pairs(Origin::Query, form_urlencoded::parse(query.as_bytes()))
            }
            Self::Path(pairs) => Tree::pairs(Origin::Path, pairs.iter().map(borrowed)),
            Self::Header(pairs) => Tree::pairs(Origin::Header, pairs.iter().map(borrowed)),
        })
    }

    /// Deserializes a body, or returns everything that is wrong with it.
    pub(super) fn value<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        match self.read() {
            Some(value) => Ok(value),
            None => self.look_again(),
        }
    }

    /// Finds everything that is wrong with an input that does not deserialize to `T`. Returns the
    /// value if its texts only had to be read in another way.
    pub(super) fn look_again<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        if is_large(self) {
            return Err(first_mistake::refusal::<T>(self));
        }
        let tree = self.tree()?;
        let mut diagnosis = diagnose::<T>(&tree, self.budget());
        match diagnosis.take_valid().filter(|_| self.has_texts()) {
            Some(value) => Ok(value),
            None => Err(refusal(self.origin(), diagnosis)),
        }
    }

    /// Whether all values are texts.
    pub(super) fn has_texts(&self) -> bool {
        self.origin() != Origin::Body
    }
}

/// Makes the answer to a request with these mistakes.
pub(super) fn refusal<T>(origin: Origin, diagnosis: Diagnosis<'_, T>) -> ApiError {
    if diagnosis.is_unreadable {
        return unreadable::<T>(origin);
    }
    let is_cut = diagnosis.is_cut;
    invalid_with(diagnosis.together(Vec::new()), is_cut)
}

/// Makes the error for a mistake of the service: the type requires something that no text can be.
pub(super) fn unreadable<T>(origin: Origin) -> ApiError {
    misconfigured::<T>(origin.extractor(), "the type cannot be read from text")
}

/// Keeps as many violations as an answer may have; `is_cut` means that there may be more than
/// these.
pub(super) fn invalid_with(
    violations: impl IntoIterator<Item = Violation>,
    is_cut: bool,
) -> ApiError {
    let violations = violations.into_iter().take(Problem::MAX_VIOLATIONS + 1);
    if is_cut { invalid_in_part(violations) } else { invalid(violations) }
}

fn borrowed((name, text): &(String, String)) -> (Cow<'_, str>, Cow<'_, str>) {
    (Cow::Borrowed(name), Cow::Borrowed(text))
}
