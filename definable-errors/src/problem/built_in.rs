//! The built-in problem types, and the one of each status.

use std::time::Duration;

use super::{ErrorStatus, Level, MemberSchema, MemberType, ProblemType};

/// The request body could not be parsed.
pub static MALFORMED_BODY: ProblemType =
    ProblemType::new("malformed_body", ErrorStatus::BAD_REQUEST, "Malformed body")
        .with_detail("The request body could not be parsed.")
        .with_documentation(
            "The request body could not be parsed: it is empty, cut off, or not what its content \
             type says. Nothing was done. Send a well-formed body.",
        );

/// The request is well-formed, but breaks rules.
pub static VALIDATION_FAILED: ProblemType =
    ProblemType::new("validation_failed", ErrorStatus::BAD_REQUEST, "Validation failed")
        .with_detail("The request is not valid.")
        .with_documentation(
            "The request could be read, but breaks rules. `errors` lists every violation with the \
             place, a code and its parameters. Nothing was done. Correct what is listed and send it \
             again.",
        );

/// A 400 without a more specific type.
pub static BAD_REQUEST: ProblemType =
    ProblemType::new("bad_request", ErrorStatus::BAD_REQUEST, "Bad request")
        .with_documentation("The server cannot make sense of the request. Change it first.");

/// A 401 without a more specific type.
pub static UNAUTHORIZED: ProblemType =
    ProblemType::new("unauthorized", ErrorStatus::UNAUTHORIZED, "Unauthorized").with_documentation(
        "The request lacks valid credentials. The `WWW-Authenticate` header says which are asked \
         for.",
    );

/// A 403 without a more specific type.
pub static FORBIDDEN: ProblemType =
    ProblemType::new("forbidden", ErrorStatus::FORBIDDEN, "Forbidden").with_documentation(
        "The caller is known and is not allowed to do this. The same credentials will be refused again.",
    );

/// The resource does not exist.
pub static NOT_FOUND: ProblemType =
    ProblemType::new("not_found", ErrorStatus::NOT_FOUND, "Not found")
        .with_detail("Resource not found")
        .with_documentation(
            "The resource does not exist, or the caller may not know that it does.",
        );

/// No route has this path.
pub static ROUTE_NOT_FOUND: ProblemType =
    ProblemType::new("route_not_found", ErrorStatus::NOT_FOUND, "Route not found")
        .with_detail("No route matched")
        .with_documentation(
            "The service has no such path. Look for a typo, a missing prefix, an API version, or a \
             trailing slash.",
        );

/// The path exists, but not for this method.
pub static METHOD_NOT_ALLOWED: ProblemType =
    ProblemType::new("method_not_allowed", ErrorStatus::METHOD_NOT_ALLOWED, "Method not allowed")
        .with_documentation(
            "The path exists, but not for this method. `Allow` lists those it has.",
        );

/// The client was too slow.
pub static REQUEST_TIMEOUT: ProblemType =
    ProblemType::new("request_timeout", ErrorStatus::REQUEST_TIMEOUT, "Request timeout")
        .with_documentation("The request did not arrive in time. Send it again.");

/// The request conflicts with the state of the resource.
pub static CONFLICT: ProblemType = ProblemType::new("conflict", ErrorStatus::CONFLICT, "Conflict")
    .with_documentation(
        "The request conflicts with the present state of the resource. Fetch it, decide anew, and \
         send the request again.",
    );

/// The resource is gone for good.
pub static GONE: ProblemType = ProblemType::new("gone", ErrorStatus::GONE, "Gone")
    .with_documentation("The resource existed and will not come back. Remove links to it.");

/// The resource is not in the state that the request names.
pub static PRECONDITION_FAILED: ProblemType =
    ProblemType::new("precondition_failed", ErrorStatus::PRECONDITION_FAILED, "Precondition failed")
        .with_documentation(
            "The resource has another state than `If-Match` names, or one that `If-None-Match` \
             excludes. Nothing was done. Read the resource again, decide anew, and repeat the request \
             with the new `ETag`.",
        );

/// The request must name the state that it is based on.
pub static PRECONDITION_REQUIRED: ProblemType = ProblemType::new(
    "precondition_required",
    ErrorStatus::PRECONDITION_REQUIRED,
    "Precondition required",
)
.with_documentation(
    "The resource is changed only under a condition, so that no change of another client is lost. \
     Nothing was done. Read the resource and send its `ETag` in `If-Match`.",
);

/// The body is larger than allowed.
pub static PAYLOAD_TOO_LARGE: ProblemType =
    ProblemType::new("payload_too_large", ErrorStatus::PAYLOAD_TOO_LARGE, "Payload too large")
        .with_members(&[MemberSchema::new("limit", u64::TYPE)])
        .with_documentation(
            "The body is larger than the service takes. `limit`, when present, is the limit in \
             bytes.",
        );

/// The route does not accept the content type.
pub static UNSUPPORTED_MEDIA_TYPE: ProblemType = ProblemType::new(
    "unsupported_media_type",
    ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
    "Unsupported media type",
)
.with_documentation(
    "The route does not take content of this type or coding. The `Accept` header of the answer \
     lists what it takes.",
);

/// A 422 without a more specific type.
pub static UNPROCESSABLE: ProblemType =
    ProblemType::new("unprocessable", ErrorStatus::UNPROCESSABLE_ENTITY, "Unprocessable")
        .with_documentation("The content is well-formed, but cannot be acted on.");

/// A 5xx that never reveals more.
pub static INTERNAL_ERROR: ProblemType =
    ProblemType::new("internal_error", ErrorStatus::INTERNAL_SERVER_ERROR, "Internal server error")
        .with_documentation(
            "Something failed inside the service. The operators find it by the ids in the answer; \
             send them along when you ask.",
        );

/// A 501 without a more specific type.
pub static NOT_IMPLEMENTED: ProblemType =
    ProblemType::new("not_implemented", ErrorStatus::NOT_IMPLEMENTED, "Not implemented")
        .with_documentation("The service does not support what the request needs.");

/// The credentials are malformed, duplicated, or sent in two ways at once (RFC 6750 §3.1).
pub static INVALID_AUTHORIZATION: ProblemType =
    ProblemType::new("invalid_authorization", ErrorStatus::BAD_REQUEST, "Invalid authorization")
        .with_challenge("Bearer realm=\"api\", error=\"invalid_request\"")
        .with_documentation(
            "The credentials are malformed, or sent twice, or in two ways at once. Send one \
             `Authorization` header.",
        );

/// No credentials were sent.
pub static MISSING_CREDENTIALS: ProblemType =
    ProblemType::new("missing_credentials", ErrorStatus::UNAUTHORIZED, "Missing credentials")
        .with_detail("Invalid authorization: no credentials were sent.")
        .with_documentation(
            "The route needs credentials and none were sent. The `WWW-Authenticate` header says \
             which are asked for.",
        );

/// The token is not valid, or not any longer.
pub static INVALID_TOKEN: ProblemType =
    ProblemType::new("invalid_token", ErrorStatus::UNAUTHORIZED, "Invalid token")
        .with_detail("Invalid or expired token")
        .with_challenge("Bearer realm=\"api\", error=\"invalid_token\"")
        .with_documentation("The token was refused. Obtain a new one.");

/// The token was valid until it expired; used only if its signature is valid.
pub static TOKEN_EXPIRED: ProblemType =
    ProblemType::new("token_expired", ErrorStatus::UNAUTHORIZED, "Token expired")
        .with_challenge("Bearer realm=\"api\", error=\"invalid_token\"")
        .with_documentation("The token has expired. Refresh it and send the request again.");

/// A login failed; the problem is the same for an unknown user and a wrong password.
pub static INVALID_CREDENTIALS: ProblemType =
    ProblemType::new("invalid_credentials", ErrorStatus::UNAUTHORIZED, "Invalid credentials")
        .with_documentation("The login was refused: the name or the password is wrong.");

/// The API key is unknown, expired or disabled.
pub static INVALID_API_KEY: ProblemType =
    ProblemType::new("invalid_api_key", ErrorStatus::UNAUTHORIZED, "Invalid API key")
        .with_detail("Invalid or inactive API key")
        .with_challenge("ApiKey realm=\"api\"")
        .with_documentation("The API key was refused. Check it, or ask for a new one.");

/// A permission is missing.
pub static INSUFFICIENT_PERMISSIONS: ProblemType = ProblemType::new(
    "insufficient_permissions",
    ErrorStatus::FORBIDDEN,
    "Insufficient permissions",
)
.with_detail("Access denied.")
.with_members(&[MemberSchema::new("required", String::TYPE)])
.with_documentation(
    "The caller lacks a permission. `required` names what the request needs; ask an administrator \
     of the organization.",
);

/// The caller's role is not high enough.
pub static INSUFFICIENT_ROLE: ProblemType =
    ProblemType::new("insufficient_role", ErrorStatus::FORBIDDEN, "Insufficient role")
        .with_detail("Insufficient permissions")
        .with_documentation("The caller's role in the organization is not high enough for this.");

/// The caller does not belong to the organization.
pub static NOT_A_MEMBER: ProblemType =
    ProblemType::new("not_a_member", ErrorStatus::FORBIDDEN, "Not a member")
        .with_detail("User is not a member of this organization")
        .with_documentation(
            "The caller does not belong to the organization that the request names.",
        );

/// The caller's membership is suspended.
pub static MEMBERSHIP_SUSPENDED: ProblemType =
    ProblemType::new("membership_suspended", ErrorStatus::FORBIDDEN, "Membership suspended")
        .with_detail("The membership in this organization is suspended.")
        .with_documentation("The membership is suspended. Ask an administrator to restore it.");

/// The caller has not accepted the invitation yet.
pub static MEMBERSHIP_PENDING: ProblemType =
    ProblemType::new("membership_pending", ErrorStatus::FORBIDDEN, "Membership pending")
        .with_detail("The invitation to this organization has not been accepted yet.")
        .with_documentation("The invitation is still open. Accept it first.");

/// The scope of the token is too small (RFC 6750 §3.1).
pub static INSUFFICIENT_SCOPE: ProblemType =
    ProblemType::new("insufficient_scope", ErrorStatus::FORBIDDEN, "Insufficient scope")
        .with_challenge("Bearer realm=\"api\", error=\"insufficient_scope\"")
        .with_documentation(
            "The token was not issued for this. Ask for a token with the scope that the \
             `WWW-Authenticate` header names.",
        );

/// A more recent or stronger login is required (RFC 9470).
pub static INSUFFICIENT_USER_AUTHENTICATION: ProblemType = ProblemType::new(
    "insufficient_user_authentication",
    ErrorStatus::UNAUTHORIZED,
    "Insufficient user authentication",
)
.with_detail("A more recent or stronger login is required.")
.with_challenge("Bearer realm=\"api\", error=\"insufficient_user_authentication\"")
.with_documentation("The route asks for a fresher or stronger login. Let the user log in again.");

/// Too many requests in too short a time.
pub static RATE_LIMITED: ProblemType =
    ProblemType::new("rate_limited", ErrorStatus::TOO_MANY_REQUESTS, "Rate limited")
        .with_detail("Too many requests")
        .with_documentation(
            "The caller sent more requests than its quota allows. Wait as long as `Retry-After` \
             says.",
        );

/// A service that this request depends on failed.
pub static UPSTREAM_FAILED: ProblemType =
    ProblemType::new("upstream_failed", ErrorStatus::BAD_GATEWAY, "Upstream failed")
        .with_detail("A service that this request depends on failed.")
        .with_documentation(
            "A service behind this one answered with an error, or not at all. Trying again later \
             can help.",
        );

/// The service accepts no more work at the moment. This is how a service protects itself, and it
/// happens many times at once, so it is logged as a warning.
pub static OVERLOADED: ProblemType =
    ProblemType::new("overloaded", ErrorStatus::SERVICE_UNAVAILABLE, "Overloaded")
        .with_retry_after(Duration::from_secs(1))
        .with_level(Level::Warn)
        .with_documentation(
            "The service has as much work as it can take and refused more. Wait as long as \
             `Retry-After` says.",
        );

/// A 503 without a more specific type.
pub static SERVICE_UNAVAILABLE: ProblemType = ProblemType::new(
    "service_unavailable",
    ErrorStatus::SERVICE_UNAVAILABLE,
    "Service unavailable",
)
.with_documentation("The service cannot answer for a while. Wait as long as `Retry-After` says.");

/// Calls to a failing service are suspended for a while.
pub static CIRCUIT_OPEN: ProblemType =
    ProblemType::new("circuit_open", ErrorStatus::SERVICE_UNAVAILABLE, "Circuit open")
        .with_documentation(
            "A service behind this one failed too often and is left alone for a while. Wait as \
             long as `Retry-After` says.",
        );

/// The keys that verify tokens were never loaded.
pub static KEYS_UNAVAILABLE: ProblemType =
    ProblemType::new("keys_unavailable", ErrorStatus::SERVICE_UNAVAILABLE, "Keys unavailable")
        .with_documentation(
            "The service could not load the keys that verify tokens yet. The token may be good; \
             try again.",
        );

/// The service's own work took too long.
pub static DEADLINE_EXCEEDED: ProblemType =
    ProblemType::new("deadline_exceeded", ErrorStatus::SERVICE_UNAVAILABLE, "Deadline exceeded")
        .with_retry_after(Duration::from_secs(1))
        .with_documentation(
            "The service did not finish in the time it gives a request. The work may or may not \
             have been done; ask before you repeat what must not be done twice.",
        );

/// A service that this request depends on was too slow.
pub static UPSTREAM_TIMEOUT: ProblemType =
    ProblemType::new("upstream_timeout", ErrorStatus::GATEWAY_TIMEOUT, "Upstream timeout")
        .with_documentation(
            "A service behind this one did not answer in time. Trying again later can help.",
        );

const FIRST: u16 = 400;
const COUNT: usize = 200;
const WIDTH: usize = "http_400".len();

/// The codes of all statuses, one after the other: `http_400http_401…`.
static CODES: [u8; COUNT * WIDTH] = codes();

/// A problem type for every status, used if there is no better one.
static NUMBERED: [ProblemType; COUNT] = numbered();

/// Returns the built-in problem type of a status; the code is `http_<status>` if no common type
/// matches.
///
/// ```
/// use definable_errors::problem::{ErrorStatus, type_for_status};
///
/// assert_eq!(type_for_status(ErrorStatus::NOT_FOUND).code(), "not_found");
/// assert_eq!(type_for_status(ErrorStatus::IM_A_TEAPOT).code(), "http_418");
/// ```
pub const fn type_for_status(status: ErrorStatus) -> &'static ProblemType {
    match status {
        ErrorStatus::BAD_REQUEST => &BAD_REQUEST,
        ErrorStatus::UNAUTHORIZED => &UNAUTHORIZED,
        ErrorStatus::FORBIDDEN => &FORBIDDEN,
        ErrorStatus::NOT_FOUND => &NOT_FOUND,
        ErrorStatus::METHOD_NOT_ALLOWED => &METHOD_NOT_ALLOWED,
        ErrorStatus::REQUEST_TIMEOUT => &REQUEST_TIMEOUT,
        ErrorStatus::CONFLICT => &CONFLICT,
        ErrorStatus::GONE => &GONE,
        ErrorStatus::PRECONDITION_FAILED => &PRECONDITION_FAILED,
        ErrorStatus::PAYLOAD_TOO_LARGE => &PAYLOAD_TOO_LARGE,
        ErrorStatus::UNSUPPORTED_MEDIA_TYPE => &UNSUPPORTED_MEDIA_TYPE,
        ErrorStatus::UNPROCESSABLE_ENTITY => &UNPROCESSABLE,
        ErrorStatus::PRECONDITION_REQUIRED => &PRECONDITION_REQUIRED,
        ErrorStatus::TOO_MANY_REQUESTS => &RATE_LIMITED,
        ErrorStatus::INTERNAL_SERVER_ERROR => &INTERNAL_ERROR,
        ErrorStatus::NOT_IMPLEMENTED => &NOT_IMPLEMENTED,
        ErrorStatus::BAD_GATEWAY => &UPSTREAM_FAILED,
        ErrorStatus::SERVICE_UNAVAILABLE => &SERVICE_UNAVAILABLE,
        ErrorStatus::GATEWAY_TIMEOUT => &UPSTREAM_TIMEOUT,
        other => &NUMBERED[(other.as_u16() - FIRST) as usize],
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
            let found = type_for_status(status);
            assert_eq!(found.status(), status);
            assert!(
                !found.code().starts_with("http_") || found.code().ends_with(&status.to_string())
            );
        }
    }

    #[test]
    fn a_numbered_type_has_the_phrase_as_its_title() {
        assert_eq!(
            type_for_status(ErrorStatus::RANGE_NOT_SATISFIABLE).title(),
            "Range Not Satisfiable"
        );
        assert_eq!(type_for_status(ErrorStatus::from_static(499)).title(), "Client Error");
    }
}
