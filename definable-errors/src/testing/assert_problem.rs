//! Fluent assertions on a problem that a test received.

use std::borrow::Cow;
use std::fmt::Debug;
use std::future::Future;
use std::panic::Location;
use std::time::Duration;

use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};

use super::problem_checks::{flaws, members};
use super::response::{IntoTestResponse, TestResponse};
use super::rule::Rule;
use crate::context::X_REQUEST_ID;
use crate::problem::{ProblemType, ReceivedProblem};

/// Reads a response and asserts that it is a valid problem; the methods of [`AssertProblem`] then
/// check what the problem says.
///
/// A problem is valid if its content type is `application/problem+json`, the member `status` is the
/// status of the response, the members of RFC 9457 have the right types, `type` does not depend on
/// the path of the request, and there is a `code`. Every failed assertion prints what was expected,
/// what was found, and the whole response with its body indented.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::testing::assert_problem;
/// use axum::response::IntoResponse;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let response = ApiError::conflict("The parcel has already left.")
///     .with_member("carrier", "dhl")
///     .into_response();
/// assert_problem(response)
///     .await
///     .status(409)
///     .code("conflict")
///     .detail("The parcel has already left.")
///     .member("carrier", "dhl")
///     .no_member("order_id");
/// # });
/// ```
///
/// # Panics
///
/// The future panics if the body cannot be read or the response is not a valid problem. The message
/// names the place of the call.
#[track_caller]
pub fn assert_problem<R: IntoTestResponse>(response: R) -> impl Future<Output = AssertProblem> {
    // A future cannot be `#[track_caller]`, so the message names the place.
    let caller = Location::caller();
    async move {
        match response.into_test_response().await {
            Ok(response) => AssertProblem::checked(response)
                .unwrap_or_else(|message| panic!("at {caller}: {message}")),
            Err(error) => panic!("at {caller}: the body of the response cannot be read: {error}"),
        }
    }
}

/// A valid problem, whose parts can be checked; from [`assert_problem`].
///
/// All methods that check return the value itself and panic at the place of the call. The parts
/// themselves are returned by [`problem`](Self::problem) and [`response`](Self::response).
#[derive(Debug, Clone)]
pub struct AssertProblem {
    response: TestResponse,
    members: Map<String, Value>,
    problem: ReceivedProblem,
}

#[expect(clippy::return_self_not_must_use, reason = "the last check of a test has no use for it")]
impl AssertProblem {
    /// Checks that the response is a valid problem.
    fn checked(response: TestResponse) -> Result<Self, String> {
        let broken = |rule: Rule, found: &str| {
            format!(
                "the response is not a valid problem\n  required: {rule}\n  found:    {found}\n\n{response}\n"
            )
        };
        let members = members(&response).map_err(|flaw| broken(flaw.rule, &flaw.found))?;
        if let Some(flaw) = flaws(response.status(), &members).first() {
            return Err(broken(flaw.rule, &flaw.found));
        }
        let problem = ReceivedProblem::from(members.clone());
        Ok(Self { response, members, problem })
    }

    /// Checks the status, a number or a `StatusCode`.
    #[track_caller]
    pub fn status<S: Debug>(self, expected: S) -> Self
    where
        StatusCode: PartialEq<S>,
    {
        let found = self.response.status();
        if found != expected {
            self.fail("the status", format!("{expected:?}"), found);
        }
        self
    }

    /// Checks the code.
    #[track_caller]
    pub fn code(self, expected: &str) -> Self {
        self.text("code", expected)
    }

    /// Checks the title.
    #[track_caller]
    pub fn title(self, expected: &str) -> Self {
        self.text("title", expected)
    }

    /// Checks the detail.
    #[track_caller]
    pub fn detail(self, expected: &str) -> Self {
        self.text("detail", expected)
    }

    /// Checks the URI of the problem type. A problem without one has `about:blank`.
    #[track_caller]
    pub fn type_uri(self, expected: &str) -> Self {
        let found = self.problem.type_uri();
        if found != expected {
            self.fail("the member `type`", format!("{expected:?}"), format!("{found:?}"));
        }
        self
    }

    /// Checks code, status and title against a problem type.
    ///
    /// ```
    /// # use axum::response::IntoResponse;
    /// use definable_errors::ApiError;
    /// use definable_errors::problem::GONE;
    /// use definable_errors::testing::assert_problem;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let response = ApiError::new(&GONE).into_response();
    /// assert_problem(response).await.problem_type(&GONE);
    /// # });
    /// ```
    #[track_caller]
    pub fn problem_type(self, expected: &ProblemType) -> Self {
        self.code(expected.code()).status(expected.status().as_u16()).title(expected.title())
    }

    /// Checks that an extension member exists and has this value.
    #[track_caller]
    pub fn member(self, name: &str, expected: impl Serialize) -> Self {
        let expected = serde_json::to_value(expected).expect("the expected value is JSON");
        match self.members.get(name) {
            Some(found) if *found == expected => self,
            Some(found) => self.fail(&format!("the member `{name}`"), expected, found),
            None => self.fail(&format!("the member `{name}`"), expected, "no such member"),
        }
    }

    /// Checks that there is no member with this name.
    #[track_caller]
    pub fn no_member(self, name: &str) -> Self {
        match self.members.get(name) {
            Some(found) => self.fail(&format!("the member `{name}`"), "no such member", found),
            None => self,
        }
    }

    /// Checks that a violation has this place and this code. The place is a pointer into the body,
    /// such as `#/items/0/qty`, or the name of a parameter.
    #[track_caller]
    pub fn violation(self, place: &str, code: &str) -> Self {
        let found = self.violations();
        let is_it = |violation: &(String, String)| violation.0 == place && violation.1 == code;
        if !found.iter().any(is_it) {
            let list: Vec<_> =
                found.iter().map(|(place, code)| format!("{place} {code}")).collect();
            let list = if list.is_empty() { "no violations".into() } else { list.join(", ") };
            self.fail("a violation", format!("{place} {code}"), list);
        }
        self
    }

    /// Checks how many violations there are.
    #[track_caller]
    pub fn violation_count(self, expected: usize) -> Self {
        let found = self.violations().len();
        if found != expected {
            self.fail("the number of violations", expected, found);
        }
        self
    }

    /// Checks that a header has this value; if it has several, that this is one of them.
    #[track_caller]
    pub fn header(self, name: &str, expected: &str) -> Self {
        let found: Vec<_> = self.response.fields(name).map(|it| format!("{it:?}")).collect();
        if !self.response.fields(name).any(|value| value == expected) {
            let found = if found.is_empty() { "no such header".into() } else { found.join(", ") };
            self.fail(&format!("the header `{name}`"), format!("{expected:?}"), found);
        }
        self
    }

    /// Checks that there is no header with this name.
    #[track_caller]
    pub fn no_header(self, name: &str) -> Self {
        let found: Vec<_> = self.response.fields(name).map(|it| format!("{it:?}")).collect();
        if !found.is_empty() {
            self.fail(&format!("the header `{name}`"), "no such header", found.join(", "));
        }
        self
    }

    /// Checks that there is a challenge of this scheme, such as `Bearer`, in `WWW-Authenticate`.
    #[track_caller]
    pub fn challenge(self, scheme: &str) -> Self {
        let found: Vec<_> =
            self.response.fields(header::WWW_AUTHENTICATE).map(Cow::into_owned).collect();
        let is_of_scheme = |value: &String| {
            value.split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(scheme))
        };
        if !found.iter().any(is_of_scheme) {
            let found = if found.is_empty() { "no challenge".into() } else { found.join(", ") };
            self.fail("a challenge in `WWW-Authenticate`", scheme, found);
        }
        self
    }

    /// Checks that header and member ask for the same wait, in whole seconds.
    #[track_caller]
    pub fn retry_after(self, expected: Duration) -> Self {
        let seconds = expected.as_secs();
        self.header("retry-after", &seconds.to_string()).member("retry_after", seconds)
    }

    /// Checks the id of the request, in the body and in `X-Request-Id`.
    #[track_caller]
    pub fn request_id(self, expected: &str) -> Self {
        self.text("request_id", expected).header(X_REQUEST_ID.as_str(), expected)
    }

    /// Checks that neither the body nor a header contains this text, such as a secret.
    #[track_caller]
    pub fn does_not_contain(self, text: &str) -> Self {
        if let Some(place) = self.response.place_of(text) {
            self.fail(&format!("{text:?}"), "nowhere", place);
        }
        self
    }

    /// Returns the problem, as a client decodes it.
    pub const fn problem(&self) -> &ReceivedProblem {
        &self.problem
    }

    /// Returns the response.
    pub const fn response(&self) -> &TestResponse {
        &self.response
    }

    #[track_caller]
    fn text(self, name: &str, expected: &str) -> Self {
        match self.members.get(name) {
            Some(Value::String(found)) if found == expected => self,
            found => {
                let found = found.map_or("no such member".to_owned(), Value::to_string);
                self.fail(&format!("the member `{name}`"), format!("{expected:?}"), found)
            }
        }
    }

    /// Returns the place and the code of every violation.
    fn violations(&self) -> Vec<(String, String)> {
        let text = |violation: &Value, names: &[&str]| {
            let text = names.iter().find_map(|name| violation.get(*name)?.as_str());
            text.unwrap_or_default().to_owned()
        };
        let list = self.members.get("errors").and_then(Value::as_array);
        let pair = |it: &Value| (text(it, &["pointer", "name"]), text(it, &["code"]));
        list.into_iter().flatten().map(pair).collect()
    }

    #[track_caller]
    fn fail(
        &self,
        what: &str,
        expected: impl std::fmt::Display,
        found: impl std::fmt::Display,
    ) -> ! {
        let response = &self.response;
        panic!("{what}\n  expected: {expected}\n  found:    {found}\n\n{response}\n")
    }
}
