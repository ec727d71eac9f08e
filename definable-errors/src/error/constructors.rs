//! A constructor for every built-in problem type.

use std::borrow::Cow;
use std::time::Duration;

use super::ApiError;
use crate::problem::{self, ErrorStatus, Place, Problem, Violation};

macro_rules! constructors {
    (fixed: $($fixed:ident $fixed_type:ident)*; detailed: $($detailed:ident $detailed_type:ident)*; waiting: $($waiting:ident $waiting_type:ident)*;) => {
        impl ApiError {
            $(
                #[doc = concat!("Creates an error of the type [`", stringify!($fixed_type), "`](problem::", stringify!($fixed_type), ").")]
                #[track_caller]
                pub fn $fixed() -> Self {
                    Self::new(&problem::$fixed_type)
                }
            )*
            $(
                #[doc = concat!("Creates an error of the type [`", stringify!($detailed_type), "`](problem::", stringify!($detailed_type), "), with a public detail.")]
                #[track_caller]
                pub fn $detailed(detail: impl Into<Cow<'static, str>>) -> Self {
                    Self::new(&problem::$detailed_type).with_detail(detail)
                }
            )*
            $(
                #[doc = concat!("Creates an error of the type [`", stringify!($waiting_type), "`](problem::", stringify!($waiting_type), "), to be tried again after the given time.")]
                #[track_caller]
                pub fn $waiting(retry_after: Duration) -> Self {
                    Self::new(&problem::$waiting_type).with_retry_after(retry_after)
                }
            )*
        }
    };
}

constructors! {
    fixed:
        invalid_authorization INVALID_AUTHORIZATION
        missing_credentials MISSING_CREDENTIALS
        invalid_token INVALID_TOKEN
        token_expired TOKEN_EXPIRED
        invalid_credentials INVALID_CREDENTIALS
        invalid_api_key INVALID_API_KEY
        insufficient_role INSUFFICIENT_ROLE
        not_a_member NOT_A_MEMBER
        membership_suspended MEMBERSHIP_SUSPENDED
        membership_pending MEMBERSHIP_PENDING
        insufficient_user_authentication INSUFFICIENT_USER_AUTHENTICATION
        route_not_found ROUTE_NOT_FOUND
        request_timeout REQUEST_TIMEOUT
        internal_error INTERNAL_ERROR
        upstream_failed UPSTREAM_FAILED
        deadline_exceeded DEADLINE_EXCEEDED
        upstream_timeout UPSTREAM_TIMEOUT;
    detailed:
        malformed_body MALFORMED_BODY
        bad_request BAD_REQUEST
        unauthorized UNAUTHORIZED
        forbidden FORBIDDEN
        not_found NOT_FOUND
        conflict CONFLICT
        gone GONE
        precondition_failed PRECONDITION_FAILED
        precondition_required PRECONDITION_REQUIRED
        unprocessable UNPROCESSABLE
        not_implemented NOT_IMPLEMENTED;
    waiting:
        rate_limited RATE_LIMITED
        overloaded OVERLOADED
        service_unavailable SERVICE_UNAVAILABLE
        circuit_open CIRCUIT_OPEN
        keys_unavailable KEYS_UNAVAILABLE;
}

impl ApiError {
    /// Creates the problem of a status; the code is `http_<status>` if no common type matches.
    #[track_caller]
    pub fn from_status(status: ErrorStatus) -> Self {
        Self::new(status.problem_type())
    }

    /// Creates a [`VALIDATION_FAILED`](problem::VALIDATION_FAILED) with the violations, and the
    /// number of fields that they are in.
    #[track_caller]
    pub fn validation_failed(violations: impl IntoIterator<Item = Violation>) -> Self {
        Self::not_valid(Problem::new(&problem::VALIDATION_FAILED).with_violations(violations))
    }

    /// Does the same as [`validation_failed`](Self::validation_failed) if there may be more
    /// violations.
    #[cfg(feature = "extract")]
    #[track_caller]
    pub(crate) fn validation_failed_in_part(
        violations: impl IntoIterator<Item = Violation>,
    ) -> Self {
        let problem = Problem::new(&problem::VALIDATION_FAILED).with_violations(violations);
        Self::not_valid(problem.with_truncation())
    }

    #[track_caller]
    fn not_valid(problem: Problem) -> Self {
        let how_many = if problem.is_truncated() { "At least " } else { "" };
        let detail = match fields(problem.violations()) {
            0 => return Self::from_problem(problem),
            1 => [how_many, "1 field is not valid."].concat(),
            count => {
                let mut digits = itoa::Buffer::new();
                [how_many, digits.format(count), " fields are not valid."].concat()
            }
        };
        Self::from_problem(problem.with_detail(detail))
    }

    /// Creates an [`INSUFFICIENT_PERMISSIONS`](problem::INSUFFICIENT_PERMISSIONS) that names the
    /// required permission.
    #[track_caller]
    pub fn insufficient_permissions(required: &str) -> Self {
        Self::new(&problem::INSUFFICIENT_PERMISSIONS)
            .with_detail(format!("Access denied. Required: {required}"))
            .with_member("required", required)
    }

    /// Creates an [`INSUFFICIENT_SCOPE`](problem::INSUFFICIENT_SCOPE): the challenge names the
    /// scope that the request needs (RFC 6750 §3.1). A scope that is not legal in a challenge is
    /// left out.
    #[track_caller]
    pub fn insufficient_scope(scope: &str) -> Self {
        let error = Self::new(&problem::INSUFFICIENT_SCOPE);
        let challenge = super::Challenge::bearer("api")
            .with_param("error", "insufficient_scope")
            .and_then(|challenge| challenge.with_param("scope", scope));
        match challenge {
            Ok(challenge) => error.with_challenge(challenge),
            Err(_) => error,
        }
    }

    /// Creates a [`METHOD_NOT_ALLOWED`](problem::METHOD_NOT_ALLOWED), with `Allow` (RFC 9110
    /// §15.5.6).
    #[track_caller]
    pub fn method_not_allowed(allowed: &[http::Method]) -> Self {
        let allowed: Vec<_> = allowed.iter().map(http::Method::as_str).collect();
        Self::new(&problem::METHOD_NOT_ALLOWED).with_header(http::header::ALLOW, allowed.join(", "))
    }

    /// Creates a [`PAYLOAD_TOO_LARGE`](problem::PAYLOAD_TOO_LARGE), with the limit in bytes.
    #[track_caller]
    pub fn payload_too_large(limit: u64) -> Self {
        Self::new(&problem::PAYLOAD_TOO_LARGE)
            .with_detail(format!("The body is larger than {limit} bytes."))
            .with_member("limit", limit)
    }

    /// Creates an [`UNSUPPORTED_MEDIA_TYPE`](problem::UNSUPPORTED_MEDIA_TYPE): the detail and the
    /// header `Accept` name what is supported, such as `application/json` (RFC 9110 §15.5.16). A
    /// text that is not a legal header value is only in the detail.
    #[track_caller]
    pub fn unsupported_media_type(supported: &str) -> Self {
        Self::new(&problem::UNSUPPORTED_MEDIA_TYPE)
            .with_detail(format!("Supported: {supported}"))
            .with_header(http::header::ACCEPT, supported)
    }
}

/// Counts fields, because a field may break several rules.
fn fields(violations: &[Violation]) -> usize {
    let places = violations.iter().map(Violation::place).enumerate();
    let is_first = |(at, place): &(usize, &Place)| {
        violations[..*at].iter().rev().all(|before| before.place() != *place)
    };
    places.filter(is_first).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_header_may_carry_is_no_header() {
        let legal = ApiError::unsupported_media_type("text/csv");
        assert_eq!(legal.headers(), [(http::header::ACCEPT, "text/csv".parse().unwrap())]);
        let odd = ApiError::unsupported_media_type("text/csv\r\n");
        assert!(odd.headers().is_empty() && odd.notes().count() == 1);
    }

    #[test]
    fn fields_are_counted_and_not_rules() {
        let reported = |fields: &[usize]| {
            let place = |field| Place::Query(format!("{field}").into());
            let violation = |field: &usize| Violation::new(place(*field), "range", "is wrong");
            let error = ApiError::validation_failed(fields.iter().map(violation));
            error.problem().detail().to_owned()
        };
        assert_eq!(reported(&[]), "The request is not valid.");
        assert_eq!(reported(&[1]), "1 field is not valid.");
        assert_eq!(reported(&[1, 2, 1, 1]), "2 fields are not valid.");
        assert_eq!(reported(&[1; 101]), "At least 1 field is not valid.");
        let many: Vec<_> = (0..200).collect();
        assert_eq!(reported(&many), "At least 100 fields are not valid.");
    }
}
