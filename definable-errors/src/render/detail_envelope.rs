//! The envelope `{"detail": …}` of FastAPI services.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Failure, Render, Rendering, Representation};
use crate::problem::{Place, Problem, Violation};

/// A renderer that writes `{"detail": …}`, as services in the style of FastAPI do.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::problem::{Place, Violation};
/// use definable_errors::render::DetailEnvelope;
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
///     .layer(ApiErrorLayer::new().validation_status(422).render(DetailEnvelope::new()));
///
/// # let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # rt.block_on(async {
/// # let request = Request::get("/").body(axum::body::Body::empty()).unwrap();
/// let response = app.oneshot(request).await.unwrap();
/// assert_eq!(response.status(), 422);
/// let body = response.into_body().collect().await.unwrap().to_bytes();
/// let expected = r#"{"detail":[{"loc":["body","items",0,"name"],"msg":"is required","type":"required"}]}"#;
/// assert_eq!(body, expected);
/// # });
/// ```
///
/// # What is sent
///
/// Status and headers are those of every error, with the id in `X-Request-Id`; the content type is
/// `application/json`, whatever `Accept` prefers. The body has the member `detail` alone:
///
/// * For an error with violations it is a list with one object per violation. `loc` starts with the
///   input: `body` (also for a form), `query`, `path`, `header` or `cookie`. The names and indices
///   that lead to the field follow; a name that is a number looks like an index, so it is a number
///   too. `msg` is the violation's detail, `type` its code. The submitted value is never sent.
/// * For any other error it is the text of the detail. That of a 5xx is constant, such as "Internal
///   server error".
///
/// The code, the members and the `truncated` mark of the problem are not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct DetailEnvelope;

impl DetailEnvelope {
    /// Creates the renderer.
    pub const fn new() -> Self {
        Self
    }
}

impl Render for DetailEnvelope {
    fn render(&self, failure: &Failure) -> Rendering {
        Representation::json(&Body(failure.problem()))
    }
}

#[derive(Debug)]
struct Body<'a>(&'a Problem);

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(Some(1))?;
        match self.0.violations() {
            [] => body.serialize_entry("detail", self.0.detail())?,
            violations => body.serialize_entry("detail", &Items(violations))?,
        }
        body.end()
    }
}

struct Items<'a>(&'a [Violation]);

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Item))
    }
}

struct Item<'a>(&'a Violation);

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut item = serializer.serialize_map(Some(3))?;
        item.serialize_entry("loc", &Location(self.0.place()))?;
        item.serialize_entry("msg", self.0.detail())?;
        item.serialize_entry("type", self.0.code())?;
        item.end()
    }
}

struct Location<'a>(&'a Place);

impl Location<'_> {
    fn input(&self) -> &'static str {
        match self.0 {
            Place::Form(_) => "body",
            place => place.input(),
        }
    }

    /// Returns the number of a segment that is an index. The name of a parameter is none.
    fn index(&self, segment: &str) -> Option<u64> {
        let is_pointer = matches!(self.0, Place::Body(_) | Place::Form(_));
        let is_canonical = segment == "0" || !segment.starts_with(['0', '+']);
        if is_pointer && is_canonical { segment.parse().ok() } else { None }
    }
}

impl Serialize for Location<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut location = serializer.serialize_seq(None)?;
        location.serialize_element(self.input())?;
        // A whole query or path has no name.
        let is_whole = |segment: &Cow<'_, str>| {
            segment.is_empty() && !matches!(self.0, Place::Body(_) | Place::Form(_))
        };
        for segment in self.0.segments().filter(|segment| !is_whole(segment)) {
            match self.index(&segment) {
                Some(index) => location.serialize_element(&index)?,
                None => location.serialize_element(&segment)?,
            }
        }
        location.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_index_in_a_body_is_a_number() {
        for (place, expected) in [
            (Place::Body("#".into()), r#"["body"]"#),
            (Place::Body("#/".into()), r#"["body",""]"#),
            (Place::Body("#/items/10/a~1b".into()), r#"["body","items",10,"a/b"]"#),
            (Place::Body("#/01/+1/-1/1.0".into()), r#"["body","01","+1","-1","1.0"]"#),
            (Place::Form("#/tags/0".into()), r#"["body","tags",0]"#),
            (Place::Query("0".into()), r#"["query","0"]"#),
            (Place::Query("".into()), r#"["query"]"#),
            (Place::Header("x-api-key".into()), r#"["header","x-api-key"]"#),
        ] {
            assert_eq!(serde_json::to_string(&Location(&place)).unwrap(), expected);
        }
    }
}
