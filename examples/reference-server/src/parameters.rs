use std::collections::HashMap;
use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Query};
use definable_errors::problem::{BAD_REQUEST, Place, Violation};
use definable_errors::{ApiError, ResultExt};
use http::request::Parts;
use uuid::Uuid;

use crate::checks;

/// The query of a request, and what is wrong with it so far.
pub(crate) struct Parameters {
    values: HashMap<String, String>,
    violations: Vec<Violation>,
}

impl Parameters {
    /// An integer within bounds; without a default it is required. A refused one is the lower bound.
    pub(crate) fn integer(
        &mut self,
        name: &'static str,
        allowed: RangeInclusive<i64>,
        default: Option<i64>,
    ) -> i64 {
        let violation = match (self.values.get(name).map(|text| text.parse()), default) {
            (None, Some(value)) => return value,
            (None, None) => Some(required(name)),
            (Some(Ok(value)), _) => match checks::range(place(name), value, &allowed) {
                None => return value,
                violation => violation,
            },
            (Some(Err(_)), _) => Some(not_an_integer(name)),
        };
        self.violations.extend(violation);
        *allowed.start()
    }

    /// A required UUID. A refused one is nil.
    pub(crate) fn uuid(&mut self, name: &'static str) -> Uuid {
        let violation = match self.values.get(name).map(|text| text.parse()) {
            Some(Ok(id)) => return id,
            Some(Err(_)) => Violation::new(place(name), "invalid", "is not valid"),
            None => required(name),
        };
        self.violations.push(violation);
        Uuid::nil()
    }

    /// Fails when a parameter was refused.
    #[track_caller]
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        checks::refuse(self.violations)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await;
        let Query(values) = query.or_problem(&BAD_REQUEST)?;
        Ok(Self { values, violations: Vec::new() })
    }
}

const fn place(name: &'static str) -> Place {
    Place::Query(std::borrow::Cow::Borrowed(name))
}

fn required(name: &'static str) -> Violation {
    Violation::new(place(name), "required", "is required")
}

fn not_an_integer(name: &'static str) -> Violation {
    Violation::new(place(name), "type", "must be an integer").with_param("expected", "integer")
}
