//! The status of an error, its default level, and its wait.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// An HTTP status of an error: 400 to 599 and nothing else.
///
/// A 200 cannot be represented, so no error can be sent as a success.
///
/// ```
/// use definable_errors::problem::ErrorStatus;
///
/// assert_eq!(ErrorStatus::NOT_FOUND.as_u16(), 404);
/// assert!(ErrorStatus::new(200).is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorStatus(u16);

impl ErrorStatus {
    /// Creates the status. Returns `None` if `status` is not an error: 400 to 599.
    pub const fn new(status: u16) -> Option<Self> {
        match status {
            400..=599 => Some(Self(status)),
            _ => None,
        }
    }

    /// Creates the status, checked at compile time in a constant.
    ///
    /// # Panics
    ///
    /// Panics if the status is not an error, 400 to 599.
    pub const fn from_static(status: u16) -> Self {
        match Self::new(status) {
            Some(status) => status,
            None => panic!("an error status is a number from 400 to 599"),
        }
    }

    /// Returns the status as a number.
    pub const fn as_u16(self) -> u16 {
        self.0
    }

    /// Returns whether it is 400 to 499: the client made a mistake.
    pub const fn is_client_error(self) -> bool {
        self.0 < 500
    }

    /// Returns whether it is 500 to 599: the server failed.
    pub const fn is_server_error(self) -> bool {
        self.0 >= 500
    }
}

macro_rules! statuses {
    ($($number:literal $name:ident $phrase:literal;)*) => {
        impl ErrorStatus {
            $(
                #[doc = concat!($number, " ", $phrase, ".")]
                pub const $name: Self = Self($number);
            )*

            /// Returns the reason phrase of the status in the IANA registry.
            ///
            /// An unassigned status is treated as its class (RFC 9110 §15): "Client Error" or
            /// "Server Error".
            pub const fn phrase(self) -> &'static str {
                match self.0 {
                    $($number => $phrase,)*
                    400..=499 => "Client Error",
                    _ => "Server Error",
                }
            }
        }
    };
}

statuses! {
    400 BAD_REQUEST "Bad Request";
    401 UNAUTHORIZED "Unauthorized";
    402 PAYMENT_REQUIRED "Payment Required";
    403 FORBIDDEN "Forbidden";
    404 NOT_FOUND "Not Found";
    405 METHOD_NOT_ALLOWED "Method Not Allowed";
    406 NOT_ACCEPTABLE "Not Acceptable";
    407 PROXY_AUTHENTICATION_REQUIRED "Proxy Authentication Required";
    408 REQUEST_TIMEOUT "Request Timeout";
    409 CONFLICT "Conflict";
    410 GONE "Gone";
    411 LENGTH_REQUIRED "Length Required";
    412 PRECONDITION_FAILED "Precondition Failed";
    413 PAYLOAD_TOO_LARGE "Content Too Large";
    414 URI_TOO_LONG "URI Too Long";
    415 UNSUPPORTED_MEDIA_TYPE "Unsupported Media Type";
    416 RANGE_NOT_SATISFIABLE "Range Not Satisfiable";
    417 EXPECTATION_FAILED "Expectation Failed";
    418 IM_A_TEAPOT "I'm a teapot";
    421 MISDIRECTED_REQUEST "Misdirected Request";
    422 UNPROCESSABLE_ENTITY "Unprocessable Content";
    423 LOCKED "Locked";
    424 FAILED_DEPENDENCY "Failed Dependency";
    425 TOO_EARLY "Too Early";
    426 UPGRADE_REQUIRED "Upgrade Required";
    428 PRECONDITION_REQUIRED "Precondition Required";
    429 TOO_MANY_REQUESTS "Too Many Requests";
    431 REQUEST_HEADER_FIELDS_TOO_LARGE "Request Header Fields Too Large";
    451 UNAVAILABLE_FOR_LEGAL_REASONS "Unavailable For Legal Reasons";
    500 INTERNAL_SERVER_ERROR "Internal Server Error";
    501 NOT_IMPLEMENTED "Not Implemented";
    502 BAD_GATEWAY "Bad Gateway";
    503 SERVICE_UNAVAILABLE "Service Unavailable";
    504 GATEWAY_TIMEOUT "Gateway Timeout";
    505 HTTP_VERSION_NOT_SUPPORTED "HTTP Version Not Supported";
    506 VARIANT_ALSO_NEGOTIATES "Variant Also Negotiates";
    507 INSUFFICIENT_STORAGE "Insufficient Storage";
    508 LOOP_DETECTED "Loop Detected";
    510 NOT_EXTENDED "Not Extended";
    511 NETWORK_AUTHENTICATION_REQUIRED "Network Authentication Required";
}

/// The error for a status outside 400 to 599, which is not an error status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusError(u16);

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an error status is a number from 400 to 599, not {}", self.0)
    }
}

impl std::error::Error for StatusError {}

impl TryFrom<StatusCode> for ErrorStatus {
    type Error = StatusError;

    fn try_from(status: StatusCode) -> Result<Self, StatusError> {
        Self::new(status.as_u16()).ok_or(StatusError(status.as_u16()))
    }
}

impl From<ErrorStatus> for StatusCode {
    fn from(status: ErrorStatus) -> Self {
        StatusCode::from_u16(status.0).expect("400 to 599 are statuses")
    }
}

impl fmt::Debug for ErrorStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ErrorStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The level at which a problem is logged.
///
/// The default follows the status: 5xx [`Error`](Level::Error), 429 [`Info`](Level::Info), any
/// other 4xx [`Debug`](Level::Debug).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the levels are those of tracing and log")]
pub enum Level {
    /// For tracing every step.
    Trace,
    /// A mistake of the client.
    Debug,
    /// An event that is worth counting.
    Info,
    /// An event that is worth a look.
    Warn,
    /// A failure that an operator must look at.
    Error,
}

impl Level {
    /// Returns the default level of a status.
    pub(super) const fn of(status: ErrorStatus) -> Self {
        match status.as_u16() {
            429 => Self::Info,
            400..=499 => Self::Debug,
            _ => Self::Error,
        }
    }
}

/// Rounds up to whole seconds, at least one and at most `u32::MAX`.
#[expect(clippy::cast_possible_truncation, reason = "in a `const fn`, and the match has the range")]
pub(crate) const fn retry_after_seconds(wait: Duration) -> u32 {
    let seconds = wait.as_secs().saturating_add(if wait.subsec_nanos() > 0 { 1 } else { 0 });
    match seconds {
        0 => 1,
        1..=0xffff_ffff => seconds as u32,
        _ => u32::MAX,
    }
}

pub(super) const fn as_duration(seconds: Option<u32>) -> Option<Duration> {
    match seconds {
        Some(seconds) => Some(Duration::from_secs(seconds as u64)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_can_be_held() {
        let held = |status| ErrorStatus::try_from(StatusCode::from_u16(status).unwrap()).is_ok();
        assert!((400..600).all(held));
        assert!((100..400).chain(600..1000).all(|status| !held(status)));
    }

    #[test]
    fn wait_is_rounded_up_to_a_whole_second() {
        let cases = [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (60_000, 60)];
        for (millis, seconds) in cases {
            assert_eq!(retry_after_seconds(Duration::from_millis(millis)), seconds, "{millis} ms");
        }
        assert_eq!(retry_after_seconds(Duration::MAX), u32::MAX);
    }

    #[test]
    fn error_names_the_status() {
        assert_eq!(
            ErrorStatus::try_from(StatusCode::OK).unwrap_err().to_string(),
            "an error status is a number from 400 to 599, not 200"
        );
    }
}
