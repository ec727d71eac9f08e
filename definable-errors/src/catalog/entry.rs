//! One problem type, with what the service and the standards add to it.

use std::borrow::Cow;

use super::advice;
use crate::problem::{ErrorStatus, MemberSchema, ProblemType, example};
use crate::render::what_to_do;

/// A problem type in a [`Catalog`](super::Catalog), with the statuses and the URI that it has in this
/// service.
#[derive(Debug, Clone)]
pub struct CatalogEntry {
    problem_type: &'static ProblemType,
    statuses: Vec<ErrorStatus>,
    routes: Vec<String>,
    type_uri: String,
}

impl CatalogEntry {
    pub(super) fn new(
        problem_type: &'static ProblemType,
        statuses: Vec<ErrorStatus>,
        routes: Vec<String>,
        base: &str,
    ) -> Self {
        let type_uri = match problem_type.uri() {
            Some(uri) => uri.to_owned(),
            None => format!("{base}{}", problem_type.code()),
        };
        Self { problem_type, statuses, routes, type_uri }
    }

    /// Returns the problem type.
    pub const fn problem_type(&self) -> &'static ProblemType {
        self.problem_type
    }

    /// Returns the stable code.
    pub const fn code(&self) -> &'static str {
        self.problem_type.code()
    }

    /// Returns the value of the member `type` (RFC 9457 §3.1.1).
    pub fn type_uri(&self) -> &str {
        &self.type_uri
    }

    /// Returns the status, the lowest one if there are several.
    pub fn status(&self) -> ErrorStatus {
        self.statuses[0]
    }

    /// Returns all statuses, in ascending order. Most types have one; `validation_failed` has two if
    /// the layer answers 422 for bodies and 400 for the rest.
    pub fn statuses(&self) -> &[ErrorStatus] {
        &self.statuses
    }

    /// Returns what the problem means. A type without documentation has its status described.
    pub fn documentation(&self) -> Cow<'static, str> {
        match self.problem_type.documentation() {
            "" => {
                let status = self.status();
                Cow::Owned(format!("The status is {} ({}).", status.as_u16(), status.phrase()))
            }
            documentation => Cow::Borrowed(documentation),
        }
    }

    /// Returns the members that only this type has.
    pub const fn members(&self) -> &'static [MemberSchema] {
        self.problem_type.members()
    }

    /// Returns the headers that a response with this problem has beside those of every response, and
    /// what each of them means.
    pub fn headers(&self) -> Vec<(String, &'static str)> {
        advice::headers(self.problem_type, &self.statuses)
    }

    /// Returns whether and when another attempt can succeed, in a sentence.
    pub fn when_to_retry(&self) -> String {
        advice::when_to_retry(self.problem_type)
    }

    /// Returns what a client can do about it, in a sentence.
    pub fn what_to_do(&self) -> String {
        what_to_do(&example(self.problem_type, self.status()), true).join(" ")
    }

    /// Returns the routes that can answer with it, each with its policy; there are none unless the
    /// catalog was created with [`with_routes`](super::Catalog::with_routes).
    pub fn routes(&self) -> &[String] {
        &self.routes
    }
}

/// All problem types of a catalog, and the path below which their pages are.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) entries: Vec<CatalogEntry>,
    pub(super) path: String,
}
