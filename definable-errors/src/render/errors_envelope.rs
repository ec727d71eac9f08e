//! The envelope `{"errors": {"email": ["…"]}}` in the style of Rails and Laravel.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Failure, Render, Rendering, Representation};
use crate::problem::{Place, Problem};

/// A renderer that writes `{"errors": {"email": ["must be an email address"]}}`, as services in the
/// style of Rails and Laravel do.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::problem::{Place, Violation};
/// use definable_errors::render::ErrorsEnvelope;
/// use definable_errors::{ApiError, ApiErrorLayer};
/// # use http::Request;
/// # use http_body_util::BodyExt;
/// # use tower::ServiceExt;
///
/// let app: Router = Router::new()
///     .route(
///         "/",
///         get(|| async {
///             let place = Place::Body("#/items/0/name".into());
///             ApiError::validation_failed([Violation::new(place, "required", "is required")])
///         }),
///     )
///     .layer(ApiErrorLayer::new().validation_status(422).render(ErrorsEnvelope::new()));
///
/// # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # rt.block_on(async {
/// # let request = Request::get("/").body(axum::body::Body::empty()).unwrap();
/// let response = app.oneshot(request).await.unwrap();
/// assert_eq!(response.status(), 422);
/// assert_eq!(response.headers()["content-type"], "application/json");
/// let body = response.into_body().collect().await.unwrap().to_bytes();
/// assert_eq!(body, r#"{"errors":{"items.0.name":["is required"]}}"#);
/// # });
/// ```
///
/// # What is sent
///
/// Status and headers are those of every error, with the id in `X-Request-Id`; the content type is
/// `application/json`, whatever `Accept` prefers. The body has the member `errors` alone:
///
/// * An error with violations lists their details by field, in the order of the violations. A field
///   is named by the names and indices that lead to it, joined by dots: `items.0.name`. A parameter,
///   a header field or a cookie is named by its own name, and violations of the same name are
///   listed together. A violation of a whole input is listed under `base`.
/// * Any other error has its detail under `base`. That of a 5xx is a constant text, such as
///   "Internal server error".
///
/// The code, the members and the `truncated` mark of the problem are not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ErrorsEnvelope {
    general: Cow<'static, str>,
}

impl ErrorsEnvelope {
    /// Creates the renderer.
    pub const fn new() -> Self {
        Self { general: Cow::Borrowed("base") }
    }

    /// Sets the key for what belongs to no field, in place of `base`, which is Rails' name. Other
    /// services use `body`.
    pub fn general_key(mut self, key: impl Into<Cow<'static, str>>) -> Self {
        self.general = key.into();
        self
    }

    /// Returns the details by field. There are at most 100 violations, so they are searched one by
    /// one.
    fn groups<'a>(&'a self, problem: &'a Problem) -> Groups<'a> {
        if problem.violations().is_empty() {
            return Groups(vec![(Cow::Borrowed(&*self.general), vec![problem.detail()])]);
        }
        let mut groups: Vec<(Cow<'_, str>, Vec<&str>)> = Vec::new();
        for violation in problem.violations() {
            let key = self.key(violation.place());
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, details)) => details.push(violation.detail()),
                None => groups.push((key, vec![violation.detail()])),
            }
        }
        Groups(groups)
    }

    fn key(&self, place: &Place) -> Cow<'_, str> {
        let key = place.segments().collect::<Vec<_>>().join(".");
        if key.is_empty() { Cow::Borrowed(&self.general) } else { Cow::Owned(key) }
    }
}

/// The key for what belongs to no field is `base`.
impl Default for ErrorsEnvelope {
    fn default() -> Self {
        Self::new()
    }
}

impl Render for ErrorsEnvelope {
    fn render(&self, failure: &Failure) -> Rendering {
        Representation::json(&Body { errors: self.groups(failure.problem()) })
    }
}

#[derive(Debug)]
struct Body<'a> {
    errors: Groups<'a>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(Some(1))?;
        body.serialize_entry("errors", &self.errors)?;
        body.end()
    }
}

#[derive(Debug)]
struct Groups<'a>(Vec<(Cow<'a, str>, Vec<&'a str>)>);

impl Serialize for Groups<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, details)| (key, details)))
    }
}
