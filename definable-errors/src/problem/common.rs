//! Problem types for the most frequent statuses, and for invalid bodies.

use super::{ErrorStatus, MemberSchema, MemberType, ProblemType};

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
