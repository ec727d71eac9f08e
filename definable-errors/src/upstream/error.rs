//! The private causes of failed calls, for operators.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::error::BoxError;
use crate::problem::ReceivedProblem;

/// A call to another service that failed; the source of the [`ApiError`](struct@crate::ApiError).
///
/// Operators see its text and its causes in the log: the name of the service, the URL without
/// secrets, the number of attempts, and of a problem that the service answered with its `code` and
/// its `instance`. Reporters find the rest by
/// [`downcast_ref`](struct@crate::ApiError#method.downcast_ref). Clients never see any of it.
#[derive(Debug)]
pub struct UpstreamError {
    pub(super) call: Call,
    pub(super) kind: Kind,
}

/// What was called, as it may be logged.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) name: Cow<'static, str>,
    /// Method and URL, without secrets, as far as they are known.
    pub(super) target: Option<String>,
    pub(super) attempts: u32,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// There was no response, or its body was cut off.
    Transport(reqwest::Error),
    /// The response had the status of a failure.
    Status(StatusCode, Option<Box<ReceivedProblem>>),
    /// The response was not what the service should answer with.
    Unusable(BoxError),
    /// Nothing was sent, because the circuit breaker is open for this long.
    CircuitOpen(Duration),
    /// Nothing was sent, because the service asked for a pause that is this long.
    Throttled(Duration),
    /// Nothing was sent, because no time was left.
    NoTimeLeft,
    /// Nothing was sent, because the request is not valid.
    Request(UpstreamRequestError),
}

impl UpstreamError {
    pub(super) const fn new(call: Call, kind: Kind) -> Self {
        Self { call, kind }
    }

    /// Returns the name of the service.
    pub fn upstream(&self) -> &str {
        &self.call.name
    }

    /// Returns how many times the request was sent.
    pub const fn attempts(&self) -> u32 {
        self.call.attempts
    }

    /// Returns the status of the response, if there was one that failed.
    pub const fn status(&self) -> Option<StatusCode> {
        match self.kind {
            Kind::Status(status, _) => Some(status),
            _ => None,
        }
    }

    /// Returns the problem of the response, if it could be decoded.
    pub fn problem(&self) -> Option<&ReceivedProblem> {
        match &self.kind {
            Kind::Status(_, problem) => problem.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Display for UpstreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { name, target, attempts } = &self.call;
        write!(f, "upstream {name}: ")?;
        if let Some(target) = target {
            write!(f, "{target}: ")?;
        }
        match &self.kind {
            Kind::Transport(_) => f.write_str("the call failed")?,
            Kind::Unusable(_) => f.write_str("the answer cannot be used")?,
            Kind::Status(status, problem) => {
                write!(f, "answered {}", status.as_u16())?;
                if let Some(problem) = problem {
                    named(f, "code", problem.code())?;
                    named(f, "instance", problem.instance())?;
                }
            }
            Kind::CircuitOpen(wait) => {
                write!(f, "not called, its circuit is open for {:.1} s", wait.as_secs_f64())?;
            }
            Kind::Throttled(wait) => {
                write!(f, "not called, it asked for a pause of {:.1} s", wait.as_secs_f64())?;
            }
            Kind::NoTimeLeft => f.write_str("not called, no time is left")?,
            Kind::Request(_) => f.write_str("not called, the request is not valid")?,
        }
        match attempts {
            0 | 1 => Ok(()),
            _ => write!(f, " after {attempts} attempts"),
        }
    }
}

impl Error for UpstreamError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Transport(error) => Some(error),
            Kind::Unusable(error) => Some(&**error),
            Kind::Request(error) => Some(error),
            _ => None,
        }
    }
}

/// The maximum length of a text of another service in the log, in characters.
const MAX_SHOWN: usize = 128;

/// Writes a text of the other service; control characters are escaped where the line is logged.
fn named(f: &mut fmt::Formatter<'_>, name: &str, text: Option<&str>) -> fmt::Result {
    let Some(text) = text else { return Ok(()) };
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => write!(f, ", {name} {}…", &text[..end]),
        None => write!(f, ", {name} {text}"),
    }
}

/// The error for a request that is not valid; nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpstreamRequestError {
    /// The path begins with a scheme.
    Scheme,
    /// The path begins with `//`, and so with an authority.
    Authority,
    /// The path has a segment `.` or `..`.
    DotSegment,
    /// The path has an empty segment.
    EmptySegment,
    /// A header has a name or a value that is not legal.
    Header,
    /// The body cannot be serialized.
    Body,
}

impl fmt::Display for UpstreamRequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => {
                "the path begins with a scheme; a path with a colon in its first segment begins \
                 with `/`"
            }
            Self::Authority => "the path begins with `//`; one slash is enough",
            Self::DotSegment => "the path has a segment `.` or `..`",
            Self::EmptySegment => "the path has an empty segment",
            Self::Header => "a header has a name or a value that is not legal",
            Self::Body => "the body cannot be serialized",
        })
    }
}

impl Error for UpstreamRequestError {}
