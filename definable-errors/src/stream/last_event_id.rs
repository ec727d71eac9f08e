//! The position at which a client of server-sent events continues.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderName, StatusCode};

use super::sent_problem::is_ended;
use crate::problem::{ProblemTypes, Types};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// An extractor for the header `Last-Event-ID`: the id of the last event that a client received
/// before it reconnected.
///
/// Take it in every handler that returns an [`Sse`](super::Sse). If the client's last event was a
/// problem that is not retryable, or had the id [`FINAL_EVENT_ID`](super::FINAL_EVENT_ID), the
/// extractor rejects the request with 204, and an `EventSource` stops; the [module](crate::stream)
/// describes why. Otherwise the handler continues after that
/// event, or starts from the beginning if there is none.
///
/// ```
/// use axum::response::sse::Event;
/// use definable_errors::ApiError;
/// use definable_errors::stream::{LastEventId, Sse};
/// use futures_util::{Stream, stream};
///
/// async fn numbers(last: LastEventId) -> Sse<impl Stream<Item = Result<Event, ApiError>>> {
///     let first = last.parse().map_or(1, |id: u64| id + 1);
///     let event = |number: u64| Event::default().id(number.to_string()).data("tick");
///     Sse::new(stream::iter((first..first + 10).map(move |number| Ok(event(number)))))
/// }
/// # let _ = numbers;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LastEventId(Option<String>);

impl LastEventId {
    /// Returns the id, or `None` if the client connects for the first time or the id is not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Parses the id. Returns `None` if there is none, or if it is not a `T`.
    pub fn parse<T: FromStr>(&self) -> Option<T> {
        self.as_str()?.parse().ok()
    }
}

impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = StreamEnded;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StreamEnded> {
        let id = parts.headers.get(LAST_EVENT_ID);
        match id.and_then(|id| std::str::from_utf8(id.as_bytes()).ok()) {
            Some(id) if is_ended(id) => Err(StreamEnded),
            Some("") | None => Ok(Self(None)),
            Some(id) => Ok(Self(Some(id.to_owned()))),
        }
    }
}

/// It never rejects with a problem.
impl ProblemTypes for LastEventId {
    const TYPES: Types = Types::EMPTY;
}

/// The rejection of [`LastEventId`]: the client's stream has ended with a problem that is not
/// retryable. The response is 204, which stops an `EventSource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamEnded;

impl IntoResponse for StreamEnded {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}
