//! Problems of other services, as a client decodes them.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A problem that another service answered with (RFC 9457), as a client decodes it.
///
/// Decoding is tolerant: a member of the wrong type is ignored (RFC 9457 §3.1), and extension members
/// keep their names and values. All of it was written by the other service, so none of it belongs into
/// an answer to a client of yours.
///
/// ```
/// use definable_errors::problem::ReceivedProblem;
///
/// let problem = ReceivedProblem::from_slice(
///     br#"{"type": "https://pay.example/card_declined", "status": "402", "code": "card_declined"}"#,
/// )?;
/// assert_eq!(problem.type_uri(), "https://pay.example/card_declined");
/// assert_eq!(problem.code(), Some("card_declined"));
/// assert_eq!(problem.status(), None); // a string is not a status
/// # Ok::<_, definable_errors::problem::ReceivedProblemError>(())
/// ```
///
/// It implements `Deserialize`; [`from_slice`](Self::from_slice) also limits the input.
///
/// An error type with `#[api(decode)]` has a function `from_received` that converts it into the variant
/// with its code and status: see the [derive](crate#modules).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReceivedProblem {
    type_uri: Option<String>,
    title: Option<String>,
    status: Option<u16>,
    detail: Option<String>,
    instance: Option<String>,
    members: Map<String, Value>,
}

impl ReceivedProblem {
    /// The maximum size of a body in bytes.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// The maximum number of objects and arrays inside one another.
    pub const MAX_DEPTH: usize = 32;

    /// Decodes the body of a response.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is larger than [`MAX_BYTES`](Self::MAX_BYTES), nested deeper
    /// than [`MAX_DEPTH`](Self::MAX_DEPTH), or not a JSON object.
    pub fn from_slice(body: &[u8]) -> Result<Self, ReceivedProblemError> {
        if body.len() > Self::MAX_BYTES {
            return Err(ReceivedProblemError::TooLarge);
        }
        if depth(body) > Self::MAX_DEPTH {
            return Err(ReceivedProblemError::TooDeep);
        }
        serde_json::from_slice(body).map_err(|_| ReceivedProblemError::NotAnObject)
    }

    /// Returns the URI of the problem type; `about:blank` if there is none (RFC 9457 §3.1.1).
    pub fn type_uri(&self) -> &str {
        self.type_uri.as_deref().unwrap_or("about:blank")
    }

    /// Returns the summary of the problem type.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Returns the status that the body contains, from 100 to 599. That of the response may be
    /// another one, for instance if a proxy changed it.
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns what happened this time.
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Returns the URI of this occurrence.
    pub fn instance(&self) -> Option<&str> {
        self.instance.as_deref()
    }

    /// Returns the extension member `code`, if it is a string: services built with this library
    /// send one, and many others do.
    pub fn code(&self) -> Option<&str> {
        self.member("code")?.as_str()
    }

    /// Returns the extension member `retry_after`, if it is a whole number of seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        self.member("retry_after")?.as_u64().map(Duration::from_secs)
    }

    /// Returns the extension member with this name.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// Returns all extension members.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }
}

impl From<Map<String, Value>> for ReceivedProblem {
    fn from(mut members: Map<String, Value>) -> Self {
        let mut text = |name| match members.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let (type_uri, title, detail, instance) =
            (text("type"), text("title"), text("detail"), text("instance"));
        let status = members.remove("status").and_then(|status| status.as_u64());
        let status = status.and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| (100..600).contains(status));
        Self { type_uri, title, status, detail, instance, members }
    }
}

impl<'de> Deserialize<'de> for ReceivedProblem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

/// The error for a body that is not decoded as a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceivedProblemError {
    /// It is larger than [`ReceivedProblem::MAX_BYTES`].
    TooLarge,
    /// It is nested deeper than [`ReceivedProblem::MAX_DEPTH`].
    TooDeep,
    /// It is not a JSON object.
    NotAnObject,
}

impl fmt::Display for ReceivedProblemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the body is larger than 64 KiB",
            Self::TooDeep => "the body is nested deeper than 32 levels",
            Self::NotAnObject => "the body is not a JSON object",
        })
    }
}

impl std::error::Error for ReceivedProblemError {}

/// Returns how many objects and arrays of a JSON text lie inside one another, in one pass and
/// without recursion.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_in_string, mut is_escaped) = (false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_string => is_escaped = true,
            b'"' => is_in_string = !is_in_string,
            _ if is_in_string => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decoded(value: &Value) -> ReceivedProblem {
        ReceivedProblem::from_slice(value.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn member_of_the_wrong_type_is_ignored() {
        let problem = decoded(&json!({
            "type": 1, "title": null, "status": "404", "detail": {"a": 1}, "instance": [],
            "code": 7, "retry_after": "soon", "balance": 30,
        }));
        assert_eq!(problem.type_uri(), "about:blank");
        let texts = [problem.title(), problem.detail(), problem.instance(), problem.code()];
        assert_eq!(texts, [None; 4]);
        assert_eq!((problem.status(), problem.retry_after()), (None, None));
        assert_eq!(problem.member("balance"), Some(&json!(30)));
        assert!(problem.member("type").is_none());
    }

    #[test]
    fn status_is_a_status() {
        let status = |value: Value| decoded(&json!({"status": value})).status();
        assert_eq!(status(json!(404)), Some(404));
        for other in [json!(99), json!(600), json!(65_940), json!(-404), json!(404.0), json!(true)]
        {
            assert_eq!(status(other.clone()), None, "{other}");
        }
    }

    #[test]
    fn our_own_problem_is_read_whole() {
        let problem = decoded(&json!({
            "type": "/problems/rate_limited", "title": "Rate limited", "status": 429,
            "detail": "Too many requests", "instance": "urn:uuid:0198f0d2", "code": "rate_limited",
            "retry_after": 17, "retryable": true,
        }));
        assert_eq!(problem.title(), Some("Rate limited"));
        assert_eq!(problem.detail(), Some("Too many requests"));
        assert_eq!(problem.instance(), Some("urn:uuid:0198f0d2"));
        assert_eq!(problem.retry_after(), Some(Duration::from_secs(17)));
        let names: Vec<_> = problem.members().keys().collect();
        assert_eq!(names, ["code", "retry_after", "retryable"]);
    }

    #[test]
    fn input_is_limited() {
        let nested = |levels: usize| {
            let inner = levels - 1;
            format!("{{\"abc\":{}1{}}}", "[".repeat(inner), "]".repeat(inner))
        };
        let of = |text: &str| ReceivedProblem::from_slice(text.as_bytes());
        assert!(of(&nested(32)).is_ok());
        assert_eq!(of(&nested(33)), Err(ReceivedProblemError::TooDeep));
        assert_eq!(of(&nested(30_000)), Err(ReceivedProblemError::TooDeep));
        let of_size = |size: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(size - 8));
        assert!(of(&of_size(ReceivedProblem::MAX_BYTES)).is_ok());
        let over = of(&of_size(ReceivedProblem::MAX_BYTES + 1));
        assert_eq!(over, Err(ReceivedProblemError::TooLarge));
        for other in ["", "null", "[]", "\"a\"", "{\"a\"", "<html>"] {
            assert_eq!(of(other), Err(ReceivedProblemError::NotAnObject), "{other}");
        }
    }

    #[test]
    fn brackets_in_texts_are_no_levels() {
        let text = format!(r#"{{"a": "{}\"[[", "b": [1]}}"#, "[{".repeat(100));
        assert_eq!(depth(text.as_bytes()), 2);
        assert!(ReceivedProblem::from_slice(text.as_bytes()).is_ok());
    }

    #[test]
    fn depth_counts_what_is_inside_one_another() {
        let wide = format!("{{\"items\":[{}]}}", vec!["{}"; 40].join(","));
        assert_eq!(depth(wide.as_bytes()), 3);
        assert!(ReceivedProblem::from_slice(wide.as_bytes()).is_ok());
        for (json, expected) in [
            (r#"{"a":"[[[["}"#, 1),
            (r#"{"a":"\"[[[["}"#, 1),
            (r#"{"a":"\\"}"#, 1),
            ("[[],[[]]]", 3),
            // This is no JSON, and counts all the same.
            (r"\[[", 2),
            ("1", 0),
        ] {
            assert_eq!(depth(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn error_messages_name_the_fault_of_the_body() {
        let error = |body: &str| ReceivedProblem::from_slice(body.as_bytes()).unwrap_err();
        assert_eq!(error("[]").to_string(), "the body is not a JSON object");
        assert_eq!(error(&"[".repeat(33)).to_string(), "the body is nested deeper than 32 levels");
        let large = format!("{{}}{}", " ".repeat(ReceivedProblem::MAX_BYTES));
        assert_eq!(error(&large).to_string(), "the body is larger than 64 KiB");
    }
}
