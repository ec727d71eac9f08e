//! The header fields of responses, as the wire contract sends them.

use utoipa::openapi::header::Header;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::problem::{ErrorStatus, ProblemType};

/// Whether a response always has a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Always,
    Sometimes,
}

/// Returns the fields of a problem response, apart from those of every response.
pub(super) fn of_problem(
    status: ErrorStatus,
    types: &[&'static ProblemType],
) -> Vec<(&'static str, Header)> {
    let mut headers = Vec::new();
    let has_challenge = types.iter().any(|it| it.challenge().is_some());
    match status {
        ErrorStatus::UNAUTHORIZED => headers.push(challenge(Presence::Always)),
        ErrorStatus::METHOD_NOT_ALLOWED => headers.push(text("Allow", ALLOW, Presence::Always)),
        ErrorStatus::UNSUPPORTED_MEDIA_TYPE => {
            headers.push(text("Accept", ACCEPT, Presence::Sometimes));
            headers.push(text("Accept-Encoding", ACCEPT_ENCODING, Presence::Sometimes));
        }
        ErrorStatus::UPGRADE_REQUIRED => headers.push(text("Upgrade", UPGRADE, Presence::Always)),
        _ if has_challenge => headers.push(challenge(Presence::Sometimes)),
        _ => {}
    }
    for name in types.iter().flat_map(|it| it.headers()) {
        if headers.iter().all(|(known, _)| known != name) {
            headers.push(text(name, OWN, Presence::Sometimes));
        }
    }
    if types.iter().any(|it| it.retry_after().is_some()) {
        let is_always = types.iter().all(|it| it.retry_after().is_some());
        headers.push(retry_after(if is_always { Presence::Always } else { Presence::Sometimes }));
    }
    headers
}

/// Returns the fields of every response of a route, success or not.
pub(super) fn of_every_response(is_limited: bool) -> Vec<(&'static str, Header)> {
    let mut headers = vec![request_id()];
    if is_limited {
        headers.push(text("RateLimit", RATELIMIT, Presence::Sometimes));
        headers.push(text("RateLimit-Policy", RATELIMIT_POLICY, Presence::Sometimes));
    }
    headers
}

const OWN: &str = "A header of this problem type.";
const ALLOW: &str = "The methods of the path (RFC 9110 §10.2.1).";
const ACCEPT: &str = "The media types that the operation accepts (RFC 9110 §12.5.1).";
const ACCEPT_ENCODING: &str = "The content codings that the operation accepts (RFC 9110 §12.5.3).";
const UPGRADE: &str = "The protocol to switch to (RFC 9110 §7.8).";
const RATELIMIT: &str = "What is left of the quotas (draft-ietf-httpapi-ratelimit-headers).";
const RATELIMIT_POLICY: &str = "The quotas (draft-ietf-httpapi-ratelimit-headers).";

fn challenge(presence: Presence) -> (&'static str, Header) {
    let description = "The credentials that are required, and why those of the request are not \
                       accepted (RFC 9110 §11.6.1).";
    text("WWW-Authenticate", description, presence)
}

fn retry_after(presence: Presence) -> (&'static str, Header) {
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    let description =
        "How long to wait before the next attempt, in whole seconds (RFC 9110 §10.2.3).";
    ("Retry-After", header(seconds, description, presence))
}

fn request_id() -> (&'static str, Header) {
    let id =
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9._-]{1,128}$"));
    let description = "The id of the request: the one that the caller sent, or a new one.";
    ("X-Request-Id", header(id, description, Presence::Always))
}

fn text(
    name: &'static str,
    description: &'static str,
    presence: Presence,
) -> (&'static str, Header) {
    (name, header(ObjectBuilder::new().schema_type(Type::String), description, presence))
}

fn header(schema: ObjectBuilder, description: &str, presence: Presence) -> Header {
    let mut header = Header::new(schema.build());
    header.description = Some(description.to_owned());
    if presence == Presence::Always {
        // utoipa has no field for it, and writes extensions as they are.
        let required = ("required", true);
        header.extensions = Some([required].into_iter().collect());
    }
    header
}

/// Returns whether a response always has this field.
pub(super) fn is_required(header: &Header) -> bool {
    let extensions = header.extensions.as_ref();
    extensions.is_some_and(|extensions| extensions.get("required") == Some(&true.into()))
}
