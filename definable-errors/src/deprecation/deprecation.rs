//! The layer that announces the end of a route in its responses (RFC 9745, RFC 8594).

use std::fmt;
use std::sync::Arc;

use http::header::{HeaderName, HeaderValue};
use http::{header, request, response};
use tower_layer::Layer;

use super::Date;
use crate::context::{Clock, DefaultClock};
use crate::error::{ApiError, ApiFuture};
use crate::guard::{Guard, GuardService, Guards};
use crate::problem::{GONE, Problem, ProblemTypes, Types};

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

/// A layer that announces the deprecation of an old version to its clients, and ends it at the
/// sunset. It is also a [`Guard`] for tuples of guards.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::deprecation::{Date, Deprecation};
///
/// const OLD: Date = Date::new(2026, 1, 31);
/// const OFF: Date = Date::new(2026, 7, 31);
///
/// let old = Deprecation::since(OLD)
///     .sunset(OFF)
///     .successor("/api/v1/kbs")
///     .documentation("https://docs.example.com/moving-to-v1");
/// let app: Router = Router::new()
///     .route("/api/v0/kbs", get(|| async { "the old way" }).layer(old));
/// # let _ = app;
/// ```
#[derive(Clone)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct Deprecation {
    since: Date,
    sunset: Option<Date>,
    /// The headers of every response, including the 410 after the sunset.
    headers: Vec<(HeaderName, HeaderValue)>,
    clock: Arc<dyn Clock>,
}

impl Deprecation {
    /// Marks the routes as deprecated since `since`, which may also be in the future.
    pub fn since(since: Date) -> Self {
        let value = HeaderValue::try_from(format!("@{}", since.unix_timestamp()))
            .expect("digits are ASCII");
        let headers = vec![(DEPRECATION, value)];
        Self { since, sunset: None, headers, clock: Arc::new(DefaultClock) }
    }

    /// Rejects every request with 410 `gone` from `sunset` on.
    ///
    /// # Panics
    ///
    /// Panics if `sunset` is earlier than the deprecation (RFC 9745 §4).
    pub fn sunset(mut self, sunset: Date) -> Self {
        assert!(sunset >= self.since, "a sunset is not earlier than the deprecation");
        self.sunset = Some(sunset);
        self.headers.retain(|(name, _)| *name != SUNSET);
        let value = HeaderValue::try_from(sunset.to_string()).expect("a date is ASCII");
        self.with_header(SUNSET, value)
    }

    /// Links to the documentation of what clients should do (`rel="deprecation"`).
    ///
    /// # Panics
    ///
    /// Panics if `uri` is not a URI. So do the other links.
    pub fn documentation(self, uri: &str) -> Self {
        self.with_header(header::LINK, link(uri, "deprecation"))
    }

    /// Links to the policy of what ends when, and why (`rel="sunset"`, RFC 8594 §6).
    ///
    /// # Panics
    ///
    /// Panics if `uri` is not a URI.
    pub fn sunset_policy(self, uri: &str) -> Self {
        self.with_header(header::LINK, link(uri, "sunset"))
    }

    /// Links to the successor (`rel="successor-version"`, RFC 5829).
    ///
    /// # Panics
    ///
    /// Panics if `uri` is not a URI.
    pub fn successor(self, uri: &str) -> Self {
        self.with_header(header::LINK, link(uri, "successor-version"))
    }

    /// Sets the clock, for tests.
    pub fn clock(self, clock: impl Clock) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    fn gone(&self, sunset: Date) -> ApiError {
        let error = ApiError::unlocated(Problem::new(&GONE))
            .with_detail(format!("It was switched off on {sunset}."));
        let headers = self.headers.iter().cloned();
        headers.fold(error, |error, (name, value)| error.with_header(name, value))
    }
}

impl Guard for Deprecation {
    type Permit = ();

    fn admit(&self, _: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        ApiFuture::ready(match self.sunset.filter(|sunset| sunset.has_come(self.clock.now())) {
            Some(sunset) => Err(self.gone(sunset)),
            None => Ok(()),
        })
    }

    fn on_response(&self, (): (), response: &mut response::Parts) {
        for (name, value) in &self.headers {
            response.headers.append(name, value.clone());
        }
    }
}

impl<S> Layer<S> for Deprecation {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.clone().before(inner)
    }
}

impl ProblemTypes for Deprecation {
    const TYPES: Types = Types { own: &[&GONE], others: &[] };
}

impl fmt::Debug for Deprecation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deprecation")
            .field("since", &self.since)
            .field("sunset", &self.sunset)
            .finish_non_exhaustive()
    }
}

fn link(uri: &str, relation: &str) -> HeaderValue {
    let is_uri = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    let is_legal = !uri.is_empty() && uri.bytes().all(is_uri);
    assert!(is_legal, "a link leads to a URI, not to {uri:?}");
    let link = format!("<{uri}>; rel=\"{relation}\"");
    HeaderValue::try_from(link).expect("a URI and a word are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a sunset is not earlier than the deprecation")]
    fn nothing_ends_before_it_is_deprecated() {
        let _ = Deprecation::since(Date::new(2026, 2, 1)).sunset(Date::new(2026, 1, 1));
    }

    // RFC 8288 §3
    #[test]
    fn a_link_is_a_uri_in_angles_and_its_relation() {
        assert_eq!(link("/v2/kbs?x=1", "sunset"), "</v2/kbs?x=1>; rel=\"sunset\"");
    }

    #[test]
    #[should_panic(expected = "a link leads to a URI")]
    fn what_could_end_the_link_is_refused() {
        let _ = link("/v2>; rel=\"x\"", "sunset");
    }
}
