//! The problem types of the library. A test compares them with those in the sources.

use crate::problem::{
    BAD_REQUEST, CIRCUIT_OPEN, CONFLICT, DEADLINE_EXCEEDED, ErrorStatus, FORBIDDEN, GONE,
    INSUFFICIENT_PERMISSIONS, INSUFFICIENT_ROLE, INSUFFICIENT_SCOPE,
    INSUFFICIENT_USER_AUTHENTICATION, INTERNAL_ERROR, INVALID_API_KEY, INVALID_AUTHORIZATION,
    INVALID_CREDENTIALS, INVALID_TOKEN, KEYS_UNAVAILABLE, MALFORMED_BODY, MEMBERSHIP_PENDING,
    MEMBERSHIP_SUSPENDED, METHOD_NOT_ALLOWED, MISSING_CREDENTIALS, NOT_A_MEMBER, NOT_FOUND,
    NOT_IMPLEMENTED, OVERLOADED, PAYLOAD_TOO_LARGE, PRECONDITION_FAILED, PRECONDITION_REQUIRED,
    ProblemType, RATE_LIMITED, REQUEST_TIMEOUT, ROUTE_NOT_FOUND, SERVICE_UNAVAILABLE,
    TOKEN_EXPIRED, UNAUTHORIZED, UNPROCESSABLE, UNSUPPORTED_MEDIA_TYPE, UPSTREAM_FAILED,
    UPSTREAM_TIMEOUT, VALIDATION_FAILED, type_for_status,
};

/// What the layer of errors makes of bare statuses, of panics, and of the rejections of axum.
pub(super) static OF_EVERY_SERVICE: &[&ProblemType] = &[
    &BAD_REQUEST,
    &CONFLICT,
    &FORBIDDEN,
    &GONE,
    &INTERNAL_ERROR,
    &MALFORMED_BODY,
    &METHOD_NOT_ALLOWED,
    &NOT_FOUND,
    &NOT_IMPLEMENTED,
    &PAYLOAD_TOO_LARGE,
    &PRECONDITION_FAILED,
    &PRECONDITION_REQUIRED,
    &RATE_LIMITED,
    &REQUEST_TIMEOUT,
    &ROUTE_NOT_FOUND,
    &SERVICE_UNAVAILABLE,
    &UNAUTHORIZED,
    &UNPROCESSABLE,
    &UNSUPPORTED_MEDIA_TYPE,
    &UPSTREAM_FAILED,
    &UPSTREAM_TIMEOUT,
    &VALIDATION_FAILED,
];

/// What only some services can answer with, because a layer or a guard of them does.
static OF_SOME_SERVICES: &[&ProblemType] = &[
    &CIRCUIT_OPEN,
    &DEADLINE_EXCEEDED,
    &INSUFFICIENT_PERMISSIONS,
    &INSUFFICIENT_ROLE,
    &INSUFFICIENT_SCOPE,
    &INSUFFICIENT_USER_AUTHENTICATION,
    &INVALID_API_KEY,
    &INVALID_AUTHORIZATION,
    &INVALID_CREDENTIALS,
    &INVALID_TOKEN,
    &KEYS_UNAVAILABLE,
    &MEMBERSHIP_PENDING,
    &MEMBERSHIP_SUSPENDED,
    &MISSING_CREDENTIALS,
    &NOT_A_MEMBER,
    &OVERLOADED,
    &TOKEN_EXPIRED,
];

/// The types that other modules declare.
static OF_MODULES: &[&ProblemType] = &[
    #[cfg(feature = "csrf")]
    &crate::csrf::CROSS_SITE_REQUEST,
    #[cfg(feature = "oauth")]
    &crate::oauth::OAUTH_ACCESS_DENIED,
    #[cfg(feature = "oauth")]
    &crate::oauth::OAUTH_LOGIN_EXPIRED,
];

/// Returns the type of the library with this code.
pub(super) fn by_code(code: &str) -> Option<&'static ProblemType> {
    let mut known = OF_EVERY_SERVICE.iter().chain(OF_SOME_SERVICES).chain(OF_MODULES).copied();
    let found = known.find(|found| found.code() == code);
    #[cfg(feature = "oauth")]
    let found = found
        .or_else(|| <crate::oauth::OAuthError as crate::problem::ProblemTypes>::TYPES.find(code));
    found.or_else(|| {
        let digits = code.strip_prefix("http_").filter(|digits| digits.len() == 3)?;
        let found = type_for_status(ErrorStatus::new(digits.parse().ok()?)?);
        (found.code() == code).then_some(found)
    })
}
