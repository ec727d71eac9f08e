//! Organizations, and the places in a request that name one.

use std::borrow::Cow;
use std::future::Future;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::auth::Principal;
use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, Place, Problem, VALIDATION_FAILED, Violation};

/// An organization that users are members of, and where a request names it.
///
/// ```
/// use definable_errors::rbac::Organization;
/// # use definable_errors::auth::Principal;
/// # use definable_errors::context::Subject;
/// # struct User;
/// # impl Principal for User {
/// #     fn subject(&self) -> Subject {
/// #         Subject::user("ada")
/// #     }
/// # }
///
/// struct Org;
///
/// // `?org_id=…` is the default.
/// impl Organization for Org {
///     type Id = uuid::Uuid;
///     type Principal = User;
/// }
/// ```
pub trait Organization: Send + Sync + 'static {
    /// The id of the organization. A value that cannot be parsed is rejected with a violation.
    type Id: FromStr<Err: Send> + Clone + PartialEq + Send + Sync + 'static;

    /// The principal that can be a member.
    type Principal: Principal;

    /// Where a request names the organization.
    const PLACE: IdPlace = IdPlace::Query("org_id");

    /// Returns the organization that a request names. Override it if the organization is in a place
    /// that [`IdPlace`] does not cover, such as a host name.
    ///
    /// # Errors
    ///
    /// Returns 400 `validation_failed` if the organization is missing, malformed or present twice.
    fn extract_id(request: &mut Parts) -> impl Future<Output = Result<Self::Id, ApiError>> + Send {
        read(request, Self::PLACE)
    }
}

/// The place where a request names its organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdPlace {
    /// A query parameter, such as `org_id`.
    Query(&'static str),
    /// A path parameter, such as `org_id` of `/organizations/{org_id}/kbs`.
    Path(&'static str),
    /// A header, such as `x-org-id`.
    Header(&'static str),
}

impl IdPlace {
    const fn of_violation(self) -> Place {
        match self {
            Self::Query(name) => Place::Query(Cow::Borrowed(name)),
            Self::Path(name) => Place::Path(Cow::Borrowed(name)),
            Self::Header(name) => Place::Header(Cow::Borrowed(name)),
        }
    }
}

async fn read<I: FromStr>(request: &mut Parts, place: IdPlace) -> Result<I, ApiError> {
    match place {
        IdPlace::Query(name) => {
            let query = request.uri.query().unwrap_or_default();
            let values = form_urlencoded::parse(query.as_bytes());
            parsed(place, values.filter(|(key, _)| *key == *name).map(|(_, value)| value))
        }
        IdPlace::Header(name) => {
            let values = request.headers.get_all(name).iter();
            parsed(place, values.map(|value| value.to_str().unwrap_or_default()))
        }
        IdPlace::Path(name) => {
            let params = RawPathParams::from_request_parts(request, &()).await;
            let params =
                params.map_err(|rejection| no_such_parameter(name).with_source(rejection))?;
            let value = params.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
            match value {
                Some(value) => parsed(place, [value]),
                None => Err(no_such_parameter(name)),
            }
        }
    }
}

/// Parses the value, of which there must be exactly one.
fn parsed<I: FromStr, V: AsRef<str>>(
    place: IdPlace,
    values: impl IntoIterator<Item = V>,
) -> Result<I, ApiError> {
    let mut values = values.into_iter();
    let Some(value) = values.next() else {
        return Err(violation(place, "required", "is required"));
    };
    if values.next().is_some() {
        return Err(violation(place, "duplicate", "must be given once"));
    }
    value.as_ref().parse().map_err(|_| violation(place, "invalid", "is not valid"))
}

fn violation(place: IdPlace, code: &'static str, detail: &'static str) -> ApiError {
    let violation = Violation::new(place.of_violation(), code, detail);
    ApiError::unlocated(Problem::new(&VALIDATION_FAILED))
        .with_detail("1 field is not valid.")
        .with_violations([violation])
}

/// Creates the error for a mistake of the service: its route has no such parameter.
fn no_such_parameter(name: &str) -> ApiError {
    ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
        .with_note(format!("the route has no parameter {{{name}}} that names the organization"))
}
