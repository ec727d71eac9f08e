//! Problems of authentication and authorization. A service with its own authentication uses them as
//! well.

use super::{ErrorStatus, MemberSchema, MemberType, ProblemType};

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
