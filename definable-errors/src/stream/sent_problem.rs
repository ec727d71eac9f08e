//! The forms in which a stream or a socket sends a problem: an event, or a JSON object.

use std::time::Duration;

use axum::response::sse::Event;
use serde_json::Value;

use crate::layer::LateProblem;
use crate::problem::Problem;

/// The start of the id of a problem that is not retryable. A client that comes back with such an id
/// has nothing more to expect.
const ENDED: &str = "ended-by-problem:";

/// The wait before a client reconnects if a retryable problem has none of its own.
const USUAL_WAIT: Duration = Duration::from_secs(30);

/// The id of a last event after which a client does not come back, such as `done`: the extractor
/// [`LastEventId`](super::LastEventId) answers 204 to a client that sends it.
///
/// Without it, an `EventSource` reconnects when a response ends, although nothing failed.
///
/// ```
/// use axum::response::sse::Event;
/// use definable_errors::stream::FINAL_EVENT_ID;
///
/// let last = Event::default().event("done").id(FINAL_EVENT_ID).data("{}");
/// # let _ = last;
/// ```
pub const FINAL_EVENT_ID: &str = "ended";

/// Returns whether a client that sends this as its `Last-Event-ID` has received the last event that
/// there is: a problem that is not retryable, or one with [`FINAL_EVENT_ID`].
pub(super) fn is_ended(last_event_id: &str) -> bool {
    last_event_id == FINAL_EVENT_ID || last_event_id.starts_with(ENDED)
}

/// What a client should do after the problem.
enum Next<'a> {
    Reconnect(Duration),
    Stop(&'a str),
}

fn event(next: &Next<'_>, body: &str) -> Event {
    let event = Event::default().event("problem");
    let event = match next {
        Next::Reconnect(wait) => event.retry(*wait),
        Next::Stop(instance) => event.id(format!("{ENDED}{instance}")),
    };
    event.data(body)
}

/// Creates the event of a problem that has just been reported.
pub(super) fn late_problem_event(late: &LateProblem) -> Event {
    let body = String::from_utf8_lossy(&late.body);
    let instance = late.instance.map(|id| id.to_string()).unwrap_or_default();
    let problem = late.problem();
    if problem.is_retryable() {
        event(&Next::Reconnect(wait(problem)), &body)
    } else {
        event(&Next::Stop(&instance), &body)
    }
}

fn wait(problem: &Problem) -> Duration {
    problem.retry_after_seconds().map_or(USUAL_WAIT, |seconds| Duration::from_secs(seconds.into()))
}

/// Creates the event of a problem that was reported and rendered before, such as that of a job which
/// failed. It is the last event of its stream.
///
/// `body` is the JSON of the problem, as
/// [`Reporter::problem_body`](crate::report::Reporter::problem_body) returns it; its ids stay. Its
/// members `retryable`, `retry_after` and `instance` decide what the client does next, as for an
/// error of the stream itself; the [module](crate::stream) describes that. Nothing is reported.
///
/// ```
/// use std::convert::Infallible;
///
/// use axum::response::sse::Event;
/// use definable_errors::stream::{Sse, problem_event};
/// use futures_util::{Stream, stream};
///
/// fn failed_before(stored: &str) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
///     Sse::new(stream::iter([Ok(problem_event(stored))]))
/// }
/// # let _ = failed_before("{}");
/// ```
pub fn problem_event(body: &str) -> Event {
    let problem = serde_json::from_str(body).unwrap_or(Value::Null);
    if problem["retryable"] == true {
        let wait = problem["retry_after"].as_u64().map_or(USUAL_WAIT, Duration::from_secs);
        return event(&Next::Reconnect(wait), body);
    }
    let instance = problem["instance"].as_str().unwrap_or_default();
    let instance = instance.strip_prefix("urn:uuid:").unwrap_or(instance);
    // A line end or a NUL would end the field.
    let instance: String = instance.chars().filter(|letter| !letter.is_control()).collect();
    event(&Next::Stop(&instance), body)
}

/// The start of the object in a line or a message.
const START: &[u8] = br#"{"type":"problem","problem":"#;

/// Returns `{"type":"problem","problem":{…}}`, on one line.
pub(super) fn problem_message(problem: &LateProblem) -> Vec<u8> {
    let mut message = Vec::with_capacity(START.len() + problem.body.len() + 2);
    message.extend_from_slice(START);
    message.extend_from_slice(&problem.body);
    message.push(b'}');
    message
}
