//! The problem type of a status without an error.

use super::{
    BAD_REQUEST, CONFLICT, ErrorStatus, FORBIDDEN, GONE, INTERNAL_ERROR, METHOD_NOT_ALLOWED,
    NOT_FOUND, NOT_IMPLEMENTED, PAYLOAD_TOO_LARGE, PRECONDITION_FAILED, PRECONDITION_REQUIRED,
    ProblemType, RATE_LIMITED, REQUEST_TIMEOUT, SERVICE_UNAVAILABLE, UNAUTHORIZED, UNPROCESSABLE,
    UNSUPPORTED_MEDIA_TYPE, UPSTREAM_FAILED, UPSTREAM_TIMEOUT,
};

const FIRST: u16 = 400;
const COUNT: usize = 200;
const WIDTH: usize = "http_400".len();

/// The codes of all statuses, one after the other: `http_400http_401…`.
static CODES: [u8; COUNT * WIDTH] = codes();

/// A problem type for every status, used if there is no better one.
static NUMBERED: [ProblemType; COUNT] = numbered();

impl ErrorStatus {
    /// Returns the problem type of the status; the code is `http_<status>` if no common type
    /// matches.
    ///
    /// ```
    /// use definable_errors::problem::ErrorStatus;
    ///
    /// assert_eq!(ErrorStatus::NOT_FOUND.problem_type().code(), "not_found");
    /// assert_eq!(ErrorStatus::IM_A_TEAPOT.problem_type().code(), "http_418");
    /// ```
    pub const fn problem_type(self) -> &'static ProblemType {
        match self {
            Self::BAD_REQUEST => &BAD_REQUEST,
            Self::UNAUTHORIZED => &UNAUTHORIZED,
            Self::FORBIDDEN => &FORBIDDEN,
            Self::NOT_FOUND => &NOT_FOUND,
            Self::METHOD_NOT_ALLOWED => &METHOD_NOT_ALLOWED,
            Self::REQUEST_TIMEOUT => &REQUEST_TIMEOUT,
            Self::CONFLICT => &CONFLICT,
            Self::GONE => &GONE,
            Self::PRECONDITION_FAILED => &PRECONDITION_FAILED,
            Self::PAYLOAD_TOO_LARGE => &PAYLOAD_TOO_LARGE,
            Self::UNSUPPORTED_MEDIA_TYPE => &UNSUPPORTED_MEDIA_TYPE,
            Self::UNPROCESSABLE_ENTITY => &UNPROCESSABLE,
            Self::PRECONDITION_REQUIRED => &PRECONDITION_REQUIRED,
            Self::TOO_MANY_REQUESTS => &RATE_LIMITED,
            Self::INTERNAL_SERVER_ERROR => &INTERNAL_ERROR,
            Self::NOT_IMPLEMENTED => &NOT_IMPLEMENTED,
            Self::BAD_GATEWAY => &UPSTREAM_FAILED,
            Self::SERVICE_UNAVAILABLE => &SERVICE_UNAVAILABLE,
            Self::GATEWAY_TIMEOUT => &UPSTREAM_TIMEOUT,
            other => &NUMBERED[(other.as_u16() - FIRST) as usize],
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "digits and statuses fit")]
const fn codes() -> [u8; COUNT * WIDTH] {
    let mut codes = [0; COUNT * WIDTH];
    let mut index = 0;
    while index < COUNT {
        let status = FIRST + index as u16;
        let digits = [status / 100, status / 10 % 10, status % 10];
        let mut at = 0;
        while at < WIDTH {
            codes[index * WIDTH + at] = match at {
                0..5 => b"http_"[at],
                _ => b'0' + digits[at - 5] as u8,
            };
            at += 1;
        }
        index += 1;
    }
    codes
}

#[expect(clippy::large_stack_arrays, reason = "runs while compiling")]
const fn numbered() -> [ProblemType; COUNT] {
    let mut types = [INTERNAL_ERROR; COUNT];
    let mut rest: &'static [u8] = &CODES;
    let mut index = 0;
    while index < COUNT {
        let (code, after) = rest.split_at(WIDTH);
        let Ok(code) = std::str::from_utf8(code) else { panic!("codes are ASCII") };
        #[expect(clippy::cast_possible_truncation, reason = "statuses fit")]
        let status = ErrorStatus::from_static(FIRST + index as u16);
        types[index] = ProblemType::new(code, status, status.phrase());
        rest = after;
        index += 1;
    }
    types
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_status_has_a_type_of_its_own_status() {
        for number in 400..600 {
            let status = ErrorStatus::from_static(number);
            let found = status.problem_type();
            assert_eq!(found.status(), status);
            assert!(
                !found.code().starts_with("http_") || found.code().ends_with(&status.to_string())
            );
        }
    }

    #[test]
    fn a_numbered_type_has_the_phrase_as_its_title() {
        assert_eq!(
            ErrorStatus::RANGE_NOT_SATISFIABLE.problem_type().title(),
            "Range Not Satisfiable"
        );
        assert_eq!(ErrorStatus::from_static(499).problem_type().title(), "Client Error");
    }
}
