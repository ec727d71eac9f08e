//! The handling of failed responses without an error of ours.

use http::header::{self, HeaderMap};
use http::response::Parts;
use http_body::Body;

use crate::problem::ErrorStatus;

/// An extension that marks a failed response as another server's answer. It preserves body and
/// headers: the layer reports the failure and adds `X-Request-Id`, and nothing else. No setting of
/// the layer changes that.
///
/// ```
/// use axum::Extension;
/// use axum::response::{IntoResponse, Response};
/// use definable_errors::Passthrough;
///
/// async fn proxy() -> impl IntoResponse {
///     let answer = Response::new("from far away".to_owned());
///     (Extension(Passthrough), answer)
/// }
/// # let _ = proxy;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passthrough;

/// The handling of a 5xx whose body is not one of ours but has a format of its own, such as JSON or
/// HTML; set by [`ApiErrorLayer::foreign_5xx`](super::ApiErrorLayer::foreign_5xx).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Foreign5xx {
    /// Sends the body unchanged. This is the default.
    #[default]
    Keep,
    /// Replaces the body with the problem of its status. The first 200 bytes are kept as a note for
    /// operators.
    Mask,
}

/// The largest body without a content type that can count as a text.
const MAX_UNTYPED: u64 = 8 * 1024;

/// The largest body that a hook is called with.
pub(super) const MAX_HOOKED: u64 = 64 * 1024;

/// A failed response without an error of ours, as described by its head.
pub(super) struct Foreign {
    pub(super) status: ErrorStatus,
    kind: Kind,
    is_empty: bool,
    /// The body has a content coding: its bytes are not text.
    is_coded: bool,
    size: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Another server's answer.
    Passthrough,
    Grpc,
    /// The response has no content type, or a malformed one.
    Untyped,
    Text,
    /// The body is a problem of another library.
    Problem,
    Other,
}

/// What to do with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// Sends it with the headers that it came with.
    HandOn,
    /// Sends it with the headers that its status requires.
    LeaveAlone,
    /// Replaces it, unread.
    Drop,
    /// Replaces it after its start was read.
    Replace,
    /// Replaces it if it is a text.
    ReplaceText,
}

impl Foreign {
    pub(super) fn of(status: ErrorStatus, parts: &Parts, body: &impl Body) -> Self {
        let size = body.size_hint().exact();
        Self {
            status,
            kind: Kind::of(parts),
            is_empty: body.is_end_stream() || size == Some(0),
            is_coded: is_coded(&parts.headers),
            size,
        }
    }

    pub(super) fn treatment(&self, is_head: bool, foreign_5xx: Foreign5xx) -> Treatment {
        let is_server_error = self.status.is_server_error();
        let is_masked = is_server_error && foreign_5xx == Foreign5xx::Mask;
        let is_short = self.size.is_some_and(|size| size <= MAX_UNTYPED);
        match self.kind {
            Kind::Passthrough => Treatment::HandOn,
            Kind::Text => Treatment::Replace,
            Kind::Untyped if self.is_empty => Treatment::Replace,
            Kind::Untyped if is_server_error => Treatment::Drop,
            Kind::Untyped if is_short && !self.is_coded => Treatment::ReplaceText,
            Kind::Problem | Kind::Other if is_masked => Treatment::Replace,
            // A body that was already removed for HEAD looks like an empty one.
            Kind::Other if self.is_empty && !is_head => Treatment::Replace,
            Kind::Grpc | Kind::Untyped | Kind::Problem | Kind::Other => Treatment::LeaveAlone,
        }
    }

    /// Whether there is a body that may be a text.
    pub(super) const fn is_readable(&self) -> bool {
        !self.is_empty && !self.is_coded
    }

    /// Whether there is a body that a hook can be called with.
    pub(super) fn is_for_hook(&self) -> bool {
        !matches!(self.kind, Kind::Passthrough | Kind::Grpc)
            && self.is_readable()
            && self.size.is_some_and(|size| size <= MAX_HOOKED)
    }
}

impl Kind {
    fn of(parts: &Parts) -> Self {
        if parts.extensions.get::<Passthrough>().is_some() {
            return Self::Passthrough;
        }
        let essence = essence(&parts.headers);
        let starts_with = |start: &str| {
            essence.get(..start.len()).is_some_and(|essence| essence.eq_ignore_ascii_case(start))
        };
        if !is_media_type(essence) {
            Self::Untyped
        } else if starts_with("application/grpc") {
            Self::Grpc
        } else if starts_with("application/problem+") {
            Self::Problem
        } else if essence.eq_ignore_ascii_case("text/plain") {
            Self::Text
        } else {
            Self::Other
        }
    }
}

/// Returns the content type without its parameters.
fn essence(headers: &HeaderMap) -> &str {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return "" };
    value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim()
}

/// Whether it is a type and a subtype (RFC 9110 §8.3.1). Anything else counts as no content type.
fn is_media_type(essence: &str) -> bool {
    let is_token = |part: &str| {
        let is_legal =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !part.is_empty() && part.bytes().all(is_legal)
    };
    essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

fn is_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::CONTENT_ENCODING);
    codings.iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use bytes::Bytes;
    use http::HeaderValue;
    use http_body::{Frame, SizeHint};

    use super::*;

    fn treatment(status: u16, content_type: Option<&str>, body: &str) -> Treatment {
        let mut parts = http::Response::new(()).into_parts().0;
        if let Some(content_type) = content_type {
            parts.headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        }
        let body = axum::body::Body::from(body.to_owned());
        let foreign = Foreign::of(ErrorStatus::from_static(status), &parts, &body);
        foreign.treatment(false, Foreign5xx::Keep)
    }

    /// An empty body that states whether it has ended, and its size.
    struct StatedBody {
        is_end_stream: bool,
        size: Option<u64>,
    }

    impl Body for StatedBody {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(None)
        }

        fn is_end_stream(&self) -> bool {
            self.is_end_stream
        }

        fn size_hint(&self) -> SizeHint {
            self.size.map_or_else(SizeHint::new, SizeHint::with_exact)
        }
    }

    fn foreign(
        content_type: Option<&'static str>,
        coding: Option<&'static str>,
        body: &StatedBody,
    ) -> Foreign {
        let mut parts = http::Response::new(()).into_parts().0;
        let fields = [(header::CONTENT_TYPE, content_type), (header::CONTENT_ENCODING, coding)];
        for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            parts.headers.insert(name, HeaderValue::from_static(value));
        }
        Foreign::of(ErrorStatus::NOT_FOUND, &parts, body)
    }

    #[test]
    fn body_is_empty_if_it_ended_or_has_no_bytes() {
        for (is_end_stream, size, is_empty) in [
            (true, None, true),
            (true, Some(0), true),
            (false, Some(0), true),
            (false, None, false),
            (false, Some(1), false),
        ] {
            let foreign = foreign(None, None, &StatedBody { is_end_stream, size });
            assert_eq!(foreign.is_empty, is_empty, "{is_end_stream} {size:?}");
        }
    }

    #[test]
    fn empty_body_is_replaced_whatever_its_coding() {
        let empty = StatedBody { is_end_stream: true, size: Some(0) };
        let of = |content_type| foreign(content_type, Some("gzip"), &empty);
        for content_type in [None, Some("application/json")] {
            let treatment = of(content_type).treatment(false, Foreign5xx::Keep);
            assert_eq!(treatment, Treatment::Replace, "{content_type:?}");
        }
        // The body of a response to HEAD was already removed.
        let of_head = of(Some("application/json")).treatment(true, Foreign5xx::Keep);
        assert_eq!(of_head, Treatment::LeaveAlone);
    }

    #[test]
    fn a_content_type_that_is_none_says_as_little_as_no_content_type() {
        let none =
            [None, Some(""), Some("text"), Some("/"), Some("; charset=utf-8"), Some("a b/c")];
        for content_type in none {
            assert_eq!(treatment(500, content_type, "x"), Treatment::Drop, "{content_type:?}");
            assert_eq!(treatment(400, content_type, "x"), Treatment::ReplaceText);
            assert_eq!(treatment(400, content_type, &"x".repeat(8193)), Treatment::LeaveAlone);
        }
        for text in ["text/plain", "Text/Plain;charset=utf-8", "text/plain ; charset=x"] {
            assert_eq!(treatment(500, Some(text), "x"), Treatment::Replace, "{text}");
        }
        for own in
            ["application/json", "text/html", "application/octet-stream", "application/grpc+x"]
        {
            assert_eq!(treatment(500, Some(own), "x"), Treatment::LeaveAlone, "{own}");
        }
    }
}
