use std::any::type_name;
use std::borrow::Cow;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use http::header::{self, HeaderName, HeaderValue};
use serde::Serialize;

use super::private::{Private, Source};
use super::{BoxError, Challenge, SourceLocation, Trace, headers, trace};
use crate::problem::{INTERNAL_ERROR, List, Problem, ProblemType, ProblemTypes, Types, Violation};

/// What a handler returns when it fails: a problem, and what only operators may know.
///
/// One pointer wide, cheap to clone, and an [`axum::response::IntoResponse`]. Its `Display` is for
/// logs, its `Debug` for operators; neither is ever sent. The [room](crate::error) shows how to make
/// one.
#[derive(Clone)]
pub struct ApiError(pub(super) Arc<Inner>);

/// Two halves in two fields, and what the response carries besides its body.
#[derive(Clone)]
pub(super) struct Inner {
    pub(super) problem: Problem,
    pub(super) private: Private,
    pub(super) challenges: Vec<Challenge>,
    pub(super) headers: List<(HeaderName, HeaderValue)>,
}

impl Inner {
    /// Header and member say the same wait, so both are written from the problem.
    fn set_header(&mut self, name: HeaderName, value: HeaderValue) {
        match headers::retry_after(&value).filter(|_| name == header::RETRY_AFTER) {
            Some(seconds) => self.problem.set_retry_after(seconds),
            None => self.headers.push((name, value)),
        }
    }
}

impl ApiError {
    /// An error of the given type.
    #[track_caller]
    pub fn new(problem_type: &'static ProblemType) -> Self {
        Self::from_problem(Problem::new(problem_type))
    }

    /// An error that tells the given problem.
    #[track_caller]
    pub fn from_problem(problem: Problem) -> Self {
        Self::unlocated(problem).with_location(Location::caller())
    }

    /// An error that was born where nobody wrote code: in a layer or in generated code.
    pub(crate) fn unlocated(problem: Problem) -> Self {
        let trace = match problem.status().is_server_error() {
            true => trace::capture(),
            false => None,
        };
        let private = Private { trace, ..Private::default() };
        Self(Arc::new(Inner { problem, private, challenges: Vec::new(), headers: List::EMPTY }))
    }

    /// Says to the client what happened this time, and what to do about it.
    ///
    /// The text is public. For a 5xx, think twice.
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.inner().problem.set_detail(detail.into());
        self
    }

    /// Adds a public extension member (RFC 9457 §3.2).
    ///
    /// A name that no member may have, or a value that cannot be serialized, is dropped and noted
    /// for operators.
    ///
    /// # Panics
    ///
    /// In debug builds, where it would have been dropped.
    pub fn with_member(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Serialize,
    ) -> Self {
        let inserted = serde_json::to_value(value)
            .map_err(BoxError::from)
            .and_then(|value| Ok(self.inner().problem.insert_member(name, value)?));
        match inserted {
            Ok(()) => self,
            Err(error) => {
                debug_assert!(false, "member dropped: {error}");
                self.with_note(format!("member dropped: {error}"))
            }
        }
    }

    /// Adds violations; those over [`Problem::MAX_VIOLATIONS`] are cut. The detail stays what it is;
    /// [`validation_failed`](Self::validation_failed) counts them.
    pub fn with_violations(self, violations: impl IntoIterator<Item = Violation>) -> Self {
        self.with_problem(|problem| problem.with_violations(violations))
    }

    /// Asks the client to wait: the header `Retry-After` and the member `retry_after`, in whole
    /// seconds rounded up, one at least (RFC 9110 §10.2.3).
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
        self.inner().problem.set_retry_after(u32::try_from(seconds).unwrap_or(u32::MAX));
        self
    }

    /// Adds a challenge, sent as a `WWW-Authenticate` header of its own (RFC 9110 §11.6.1).
    pub fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.inner().challenges.push(challenge);
        self
    }

    /// Adds a header to the response.
    ///
    /// `Retry-After` also becomes the member `retry_after`.
    ///
    /// One that is no legal header is dropped and noted for operators. So is one that describes the
    /// body or the connection: those belong to whoever writes the body. A name that is there already
    /// gets a second field.
    pub fn with_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: Into<BoxError>>,
        V: TryInto<HeaderValue, Error: Into<BoxError>>,
    {
        match headers::checked(name, value) {
            Ok((name, value)) => {
                self.inner().set_header(name, value);
                self
            }
            Err(error) => self.with_note(format!("header dropped: {error}")),
        }
    }

    /// With headers that are known to be legal and not of the body.
    #[cfg(feature = "rate-limit")]
    pub(crate) fn with_known_headers(mut self, headers: List<(HeaderName, HeaderValue)>) -> Self {
        self.inner().headers = headers;
        self
    }

    /// Keeps the cause, for operators only. There is one: the last that was given.
    pub fn with_source<E: Into<BoxError>>(self, source: E) -> Self {
        self.with_boxed_source(source.into(), type_name::<E>())
    }

    /// Keeps a text, for operators only: it is logged and never sent.
    pub fn with_note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.inner().private.notes.push(note.into());
        self
    }

    /// The same error with another public half.
    pub(crate) fn with_problem(mut self, change: impl FnOnce(Problem) -> Problem) -> Self {
        let place = &mut self.inner().problem;
        let problem = std::mem::replace(place, Problem::new(&INTERNAL_ERROR));
        *place = change(problem);
        self
    }

    /// The first place that is known is the one that counts. One in the standard library (`Into::into`,
    /// `map_err(ApiError::from)`) or in this library is none.
    pub(crate) fn with_location(mut self, location: impl Into<SourceLocation>) -> Self {
        let location = location.into();
        if !location.is_internal() {
            self.inner().private.location.get_or_insert(location);
        }
        self
    }

    pub(crate) fn with_internal_code(mut self, code: &'static str) -> Self {
        self.inner().private.internal_code = Some(code);
        self
    }

    pub(crate) fn with_boxed_source(mut self, source: BoxError, type_name: &'static str) -> Self {
        let private = &mut self.inner().private;
        private.source = Some(Source { error: Arc::from(source), type_name });
        if private.trace.is_none() {
            private.trace = trace::capture();
        }
        self
    }

    /// A panic hook captured the trace where it had to be.
    pub(crate) fn with_trace(mut self, trace: Option<Arc<dyn Trace>>) -> Self {
        self.inner().private.trace = trace;
        self
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }
}

/// It tells any problem that it was given, so it promises none.
impl ProblemTypes for ApiError {
    const TYPES: Types = Types::EMPTY;
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<ApiError>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), ApiError>>(), size_of::<usize>());
    }

    #[test]
    fn an_error_crosses_threads() {
        fn crosses<T: Send + Sync + Clone + Error + 'static>() {}
        crosses::<ApiError>();
    }

    #[test]
    fn waits_are_whole_seconds_rounded_up_and_never_zero() {
        let wait = |millis| {
            let error = ApiError::internal_error().with_retry_after(Duration::from_millis(millis));
            error.problem().retry_after().unwrap()
        };
        assert_eq!([0, 1, 1000, 1001, u64::MAX].map(wait), [1, 1, 1, 2, u32::MAX]);
    }

    #[test]
    fn a_clone_does_not_see_later_changes() {
        let first = ApiError::conflict("one");
        let second = first.clone().with_detail("two");
        assert_eq!((first.problem().detail(), second.problem().detail()), ("one", "two"));
    }
}
