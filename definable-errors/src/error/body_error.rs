//! Errors while a body is read: one classification for all code that encounters such an error.

use std::error::Error;
use std::fmt::{self, Write};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::ApiError;
#[cfg(any(feature = "extract", feature = "stream"))]
use super::BoxError;
use crate::problem::{MALFORMED_BODY, PAYLOAD_TOO_LARGE, Problem, REQUEST_TIMEOUT};

/// The reason why a body could not be read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// The client closed the connection or reset the stream in the middle of the body.
    Disconnected,
    /// The client sent nothing for longer than a layer allows.
    Stalled,
    /// The body is larger than a layer allows.
    TooLarge,
    /// The chunks of HTTP/1 or the frames of HTTP/2 are malformed.
    Framing,
    /// The body arrived whole, but the output of its content coding ends too early.
    Truncated,
    /// The body arrived whole, but is malformed for its content coding.
    Undecodable,
    /// Something else: a layer in between failed.
    Other,
}

/// Errors that are recognized by their texts: their types differ between versions of the crates,
/// the texts do not.
const LENGTH_LIMIT: &str = "length limit exceeded";
const BODY_TIMEOUT: &str = "data was not received within the designated timeout";
/// The text of tokio's `Elapsed`, with which bodies with a timer of their own end.
const ELAPSED: &str = "deadline has elapsed";
/// The message that tower-http adds to the decoders of content codings.
const EXTRA_BYTES: &str = "there are extra bytes after body has been decompressed";
/// The text of an `io::Error` of a decoder; hyper's errors never show it.
const UNEXPECTED_EOF: &str = "unexpected end of file";

impl BodyError {
    /// Classifies the error of a request's body.
    ///
    /// Only a cause below an error of hyper is about the connection. A decoder of a content coding
    /// reports the same kinds of `io::Error` about a body that arrived whole.
    pub(crate) fn classify(error: &(dyn Error + 'static)) -> Self {
        // An error that panics while it is formatted counts as unknown.
        let found = catch_unwind(AssertUnwindSafe(|| Self::found(error)));
        found.ok().flatten().unwrap_or(Self::Other)
    }

    fn found(error: &(dyn Error + 'static)) -> Option<Self> {
        if let Some(error) = causes(error).find(|cause| is_of_hyper(*cause)) {
            return Some(Self::of_connection(error.source()));
        }
        causes(error)
            .find_map(|cause| Self::from_body_text(&cause.to_string()))
            .or_else(|| causes(error).find_map(|cause| Self::of_decoder(cause.downcast_ref()?)))
    }

    /// Classifies an error of tower-http or http-body-util, which may come from any middleware.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        match text {
            LENGTH_LIMIT => Some(Self::TooLarge),
            BODY_TIMEOUT => Some(Self::Stalled),
            _ => None,
        }
    }

    /// Classifies the error of a body from its text, where only the text is left.
    pub(crate) fn from_body_text(text: &str) -> Option<Self> {
        match text {
            ELAPSED => Some(Self::Stalled),
            EXTRA_BYTES => Some(Self::Undecodable),
            UNEXPECTED_EOF => Some(Self::Truncated),
            _ => Self::from_text(text),
        }
    }

    /// Classifies the cause that hyper reports for a connection: an `io::Error`, or an error of
    /// HTTP/2.
    fn of_connection(cause: Option<&(dyn Error + 'static)>) -> Self {
        let Some(cause) = cause else { return Self::Disconnected };
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return match error.kind() {
                ErrorKind::InvalidData | ErrorKind::InvalidInput => Self::Framing,
                // This is a timer around the connection; the operating system's own timeout is a
                // lost connection.
                ErrorKind::TimedOut if error.raw_os_error().is_none() => Self::Stalled,
                _ => Self::Disconnected,
            };
        }
        // What h2 received (`RST_STREAM`, `GOAWAY`) means that the client wants to end the stream,
        // whatever the reason. What h2 detected means that the client violates the protocol.
        let text = cause.to_string();
        let is_detected = ["stream error detected: ", "connection error detected: "]
            .iter()
            .any(|start| text.starts_with(start));
        if is_detected { Self::Framing } else { Self::Disconnected }
    }

    /// Classifies the error of a layer between hyper and the reader: most are decoders.
    fn of_decoder(error: &io::Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::UnexpectedEof => Some(Self::Truncated),
            ErrorKind::InvalidData | ErrorKind::InvalidInput => Some(Self::Undecodable),
            ErrorKind::TimedOut => Some(Self::Stalled),
            _ => None,
        }
    }

    /// Makes the error that informs the client of what happened.
    pub(crate) fn into_api_error(self) -> ApiError {
        let malformed =
            |detail| ApiError::unlocated(Problem::new(&MALFORMED_BODY)).with_detail(detail);
        match self {
            Self::Disconnected => malformed("The body ended before it was complete."),
            Self::Stalled => ApiError::unlocated(Problem::new(&REQUEST_TIMEOUT))
                .with_detail("The body did not arrive in time."),
            Self::TooLarge => ApiError::unlocated(Problem::new(&PAYLOAD_TOO_LARGE)),
            Self::Framing => malformed("The framing of the body is not valid."),
            Self::Truncated => malformed("The encoded body ends before its content is complete."),
            Self::Undecodable => malformed("The body could not be decoded."),
            Self::Other => malformed("The body could not be read to its end."),
        }
    }
}

/// Creates the error of a request's body that could not be read, with its cause.
#[cfg(feature = "extract")]
pub(crate) fn from_body_error<E: Into<BoxError>>(error: E) -> ApiError {
    let error: BoxError = error.into();
    let found = BodyError::classify(&*error);
    found.into_api_error().with_boxed_source(error, std::any::type_name::<E>())
}

/// Creates the error of a client that disconnected from a socket. It is reported as such and never
/// sent.
#[cfg(feature = "stream")]
pub(crate) fn from_client_disconnected(error: BoxError) -> ApiError {
    BodyError::Disconnected.into_api_error().with_source(ClientDisconnected(error))
}

/// Returns whether the client disconnected while an extractor was reading its body or while a socket
/// was in use, so that no response can reach it.
///
/// What a handler's own reader reports is not about the connection, so the cause has to be below an
/// error of axum's bodies.
pub(crate) fn is_client_disconnected(error: &ApiError) -> bool {
    if *error.problem().problem_type() != MALFORMED_BODY {
        return false;
    }
    #[cfg(feature = "stream")]
    if error.chain().any(<dyn Error>::is::<ClientDisconnected>) {
        return true;
    }
    let of_body = error.chain().find(|cause| cause.is::<axum::Error>());
    of_body.is_some_and(|error| BodyError::classify(error) == BodyError::Disconnected)
}

/// The error of a socket whose client disconnected.
#[cfg(feature = "stream")]
#[derive(Debug)]
struct ClientDisconnected(BoxError);

#[cfg(feature = "stream")]
impl fmt::Display for ClientDisconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client disconnected")
    }
}

#[cfg(feature = "stream")]
impl Error for ClientDisconnected {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

/// The maximum number of causes that are examined.
const MAX_CAUSES: usize = 32;

/// Iterates over the error and its causes.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause| next_cause(*cause)).take(MAX_CAUSES)
}

/// Returns the cause of an error: for an `io::Error` the wrapped error, which its `source` leaves
/// out.
fn next_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// Whether it is hyper's `Error`. The library does not depend on hyper; the name is at the start of
/// its `Debug` output.
fn is_of_hyper(error: &(dyn Error + 'static)) -> bool {
    let mut start = Start { expected: "hyper::Error(", matches: true };
    // Formatting ends with an error as soon as the start is known.
    let _ = write!(start, "{error:?}");
    start.matches && start.expected.is_empty()
}

/// A writer that compares the start of what is written, and accepts no more.
struct Start {
    expected: &'static str,
    matches: bool,
}

impl Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let length = text.len().min(self.expected.len());
        let (expected, rest) = self.expected.split_at(length);
        self.matches = self.matches && text.as_bytes().starts_with(expected.as_bytes());
        self.expected = rest;
        if self.matches && !rest.is_empty() { Ok(()) } else { Err(fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::BoxError;

    /// An error that is formatted like an error of hyper.
    struct Hyper(Option<BoxError>);

    impl fmt::Debug for Hyper {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_tuple("hyper::Error").field(&"Body").field(&self.0).finish()
        }
    }

    impl fmt::Display for Hyper {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("error reading a body from connection")
        }
    }

    impl Error for Hyper {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.0.as_ref().map(|cause| &**cause as _)
        }
    }

    fn io(kind: ErrorKind) -> io::Error {
        io::Error::new(kind, "canary")
    }

    fn below_hyper(cause: impl Into<BoxError>) -> axum::Error {
        axum::Error::new(axum::Error::new(Hyper(Some(cause.into()))))
    }

    #[test]
    fn connection_facts_stand_below_an_error_of_hyper() {
        for (kind, expected) in [
            (ErrorKind::UnexpectedEof, BodyError::Disconnected),
            (ErrorKind::ConnectionReset, BodyError::Disconnected),
            (ErrorKind::Other, BodyError::Disconnected),
            (ErrorKind::InvalidInput, BodyError::Framing),
            (ErrorKind::TimedOut, BodyError::Stalled),
        ] {
            assert_eq!(BodyError::classify(&below_hyper(io(kind))), expected, "{kind}");
            let wrapped = io::Error::other(below_hyper(io(kind)));
            assert_eq!(BodyError::classify(&axum::Error::new(wrapped)), expected, "wrapped {kind}");
        }
        let lost = io::Error::from_raw_os_error(110);
        assert_eq!(BodyError::classify(&below_hyper(lost)), BodyError::Disconnected);
        assert_eq!(BodyError::classify(&Hyper(None)), BodyError::Disconnected);
    }

    #[test]
    fn stream_resets_are_disconnected_clients_and_detected_errors_are_framing() {
        for (text, expected) in [
            ("stream error received: stream no longer needed", BodyError::Disconnected),
            ("connection error received: not a result of an error", BodyError::Disconnected),
            ("stream closed because of a broken pipe", BodyError::Disconnected),
            ("stream error detected: unspecific protocol error detected", BodyError::Framing),
        ] {
            assert_eq!(BodyError::classify(&below_hyper(text)), expected, "{text}");
        }
    }

    #[test]
    fn decoders_and_layers_know_nothing_of_the_connection() {
        for (error, expected) in [
            (BoxError::from(io(ErrorKind::UnexpectedEof)), BodyError::Truncated),
            (io(ErrorKind::InvalidData).into(), BodyError::Undecodable),
            (io(ErrorKind::TimedOut).into(), BodyError::Stalled),
            (io(ErrorKind::ConnectionReset).into(), BodyError::Other),
            (LENGTH_LIMIT.into(), BodyError::TooLarge),
            (BODY_TIMEOUT.into(), BodyError::Stalled),
            (ELAPSED.into(), BodyError::Stalled),
            (io::Error::other(BODY_TIMEOUT).into(), BodyError::Stalled),
            (EXTRA_BYTES.into(), BodyError::Undecodable),
            ("hyper::Error(".into(), BodyError::Other),
        ] {
            let text = error.to_string();
            assert_eq!(BodyError::classify(&axum::Error::new(error)), expected, "{text}");
        }
    }

    #[test]
    fn only_bodies_of_axum_prove_that_a_client_disconnected() {
        let disconnected = |error: BoxError| {
            is_client_disconnected(&ApiError::new(&MALFORMED_BODY).with_source(error))
        };
        assert!(disconnected(below_hyper(io(ErrorKind::UnexpectedEof)).into()));
        assert!(!disconnected(axum::Error::new(io(ErrorKind::UnexpectedEof)).into()));
        assert!(!disconnected(Box::new(Hyper(None))));
        assert!(!is_client_disconnected(&ApiError::new(&MALFORMED_BODY)));
        let other = ApiError::bad_request("x").with_source(below_hyper("x"));
        assert!(!is_client_disconnected(&other));
    }

    #[test]
    fn error_that_panics_while_it_is_formatted_is_of_no_known_kind() {
        struct Odd;
        impl fmt::Debug for Odd {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("canary")
            }
        }
        impl fmt::Display for Odd {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                panic!("canary")
            }
        }
        impl Error for Odd {}
        assert_eq!(BodyError::classify(&Odd), BodyError::Other);
    }

    #[test]
    fn start_of_an_error_is_compared_across_pieces() {
        let is_start = |pieces: &[&str]| {
            let mut start = Start { expected: "hyper::Error(", matches: true };
            for piece in pieces {
                if start.write_str(piece).is_err() {
                    break;
                }
            }
            start.matches && start.expected.is_empty()
        };
        assert!(is_start(&["hyper::Error(Body)"]) && is_start(&["hyper", "::Error", "(", "Body"]));
        assert!(!is_start(&["hyper::Error"]) && !is_start(&["hyper", "::Errors("]));
        // A piece that differs is not forgotten.
        assert!(!is_start(&["xyper", "::Error("]) && !is_start(&[]));
    }

    #[cfg(feature = "stream")]
    #[test]
    fn disconnected_client_of_a_socket_is_known_with_its_cause() {
        let error = from_client_disconnected(io(ErrorKind::ConnectionReset).into());
        assert!(is_client_disconnected(&error));
        assert_eq!(error.chain().to_string(), "the client disconnected: canary");
    }
}
