//! The checks of one response, whatever the request was.

use http::{StatusCode, header};
use serde_json::{Map, Value};

use super::super::problem_checks::{Flaw, excerpt, flaws, members};
use super::probe::{Expects, MARKER, Probe, Representation};
use crate::context::X_REQUEST_ID;
use crate::testing::{Rule, TestResponse};

/// A request with its response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exchange<'a> {
    pub(super) probe: &'a Probe,
    pub(super) response: &'a TestResponse,
}

/// What the caller knows about the service.
#[derive(Debug, Clone, Default)]
pub(super) struct Policy {
    pub(super) secrets: Vec<String>,
    /// An origin whose pages may read responses, if CORS is in use.
    pub(super) origin: Option<String>,
}

/// Texts that only the inside of a Rust program contains.
const INTERNALS: [&str; 14] = [
    "panicked at",
    "stack backtrace",
    "RUST_BACKTRACE",
    "(os error ",
    "/rustc/",
    ".cargo/registry",
    ".rs:",
    "alloc::",
    "core::",
    "std::",
    "axum::",
    "tokio::",
    "serde_json::",
    "Extension of type",
];

impl Exchange<'_> {
    pub(super) fn is_failure(&self) -> bool {
        let status = self.response.status();
        status.is_client_error() || status.is_server_error()
    }

    /// Returns every flaw of the response.
    pub(super) fn flaws(&self, policy: &Policy) -> Vec<Flaw> {
        let mut flaws = self.content();
        flaws.extend(self.expectation());
        flaws.extend(self.secrets(policy));
        flaws.extend(self.version());
        if self.probe.expects != Expects::Preflight {
            flaws.extend(self.request_id());
        }
        if self.is_failure() {
            flaws.extend(self.failure());
        }
        flaws
    }

    /// Returns the flaws that only a failed response can have.
    fn failure(&self) -> Vec<Flaw> {
        let mut flaws = self.body();
        flaws.extend(self.required_headers());
        flaws.extend(self.caching());
        flaws.extend(self.bearer());
        flaws.extend(self.shown());
        if !self.response.list(header::X_CONTENT_TYPE_OPTIONS).contains(&"nosniff".to_owned()) {
            flaws.push(Flaw::new(Rule::NoSniff, "no `X-Content-Type-Options: nosniff`"));
        }
        flaws
    }

    fn is_head(&self) -> bool {
        self.probe.method == http::Method::HEAD
    }

    /// Checks the body of a failed response, which is a problem unless the client prefers another
    /// representation.
    fn body(&self) -> Vec<Flaw> {
        let is_other = self.probe.representation == Representation::Negotiated
            && self.response.media_type().is_some_and(|it| it != "application/problem+json");
        if is_other {
            return self.representation();
        }
        if self.is_head() {
            return self.head_type().into_iter().collect();
        }
        match members(self.response) {
            Ok(members) => self.problem(&members),
            Err(flaw) => vec![flaw],
        }
    }

    /// A response to HEAD has the content type of the problem that it leaves out.
    fn head_type(&self) -> Option<Flaw> {
        let found = self.response.media_type().unwrap_or_else(|| "no content type".into());
        let is_wrong = found != "application/problem+json";
        is_wrong.then(|| Flaw::new(Rule::ProblemBody, found))
    }

    fn representation(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.response.body().is_empty() && !self.is_head() {
            flaws.push(Flaw::new(Rule::ProblemBody, "an empty body"));
        }
        let media_type = self.response.media_type().unwrap_or_default();
        let accept = self.probe.headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
        let is_chosen = accept.is_some_and(|accept| accept.contains(&media_type));
        let vary = self.response.list(header::VARY);
        if is_chosen && !vary.iter().any(|name| name == "accept" || name == "*") {
            let found = format!("`{media_type}` and {}", described("vary", &vary));
            flaws.push(Flaw::new(Rule::VaryAccept, found));
        }
        flaws
    }

    fn problem(&self, members: &Map<String, Value>) -> Vec<Flaw> {
        let mut flaws = flaws(self.response.status(), members);
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        if text("instance").is_none_or(str::is_empty) {
            flaws.push(Flaw::new(Rule::Instance, "no `instance`"));
        }
        let (member, field) = (text("request_id"), self.response.field(X_REQUEST_ID));
        if member != field || member.is_none() {
            let found = format!("`request_id` is {member:?}, the header {field:?}");
            flaws.push(Flaw::new(Rule::RequestId, found));
        }
        let (member, field) =
            (members.get("retry_after"), self.response.field(header::RETRY_AFTER));
        let is_number = field.is_none_or(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
        if member.is_some_and(|it| is_number && Some(&*it.to_string()) != field) {
            let found = format!("`retry_after` is {member:?}, the header {field:?}");
            flaws.push(Flaw::new(Rule::RetryAfter, found));
        }
        flaws
    }

    /// Checks the header that the status requires.
    fn required_headers(&self) -> Vec<Flaw> {
        let lacks = |names: &[header::HeaderName]| {
            !names.iter().any(|name| self.response.headers().contains_key(name))
        };
        let (rule, is_lacking) = match self.response.status() {
            StatusCode::UNAUTHORIZED => (Rule::Challenge, lacks(&[header::WWW_AUTHENTICATE])),
            StatusCode::METHOD_NOT_ALLOWED => (Rule::Allow, lacks(&[header::ALLOW])),
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                (Rule::ProxyChallenge, lacks(&[header::PROXY_AUTHENTICATE]))
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                (Rule::SupportedTypes, lacks(&[header::ACCEPT, header::ACCEPT_ENCODING]))
            }
            StatusCode::RANGE_NOT_SATISFIABLE => {
                (Rule::ContentRange, lacks(&[header::CONTENT_RANGE]))
            }
            StatusCode::UPGRADE_REQUIRED => (Rule::UpgradeField, lacks(&[header::UPGRADE])),
            StatusCode::TOO_MANY_REQUESTS => (Rule::RetryAfter, lacks(&[header::RETRY_AFTER])),
            _ => (Rule::RetryAfter, false),
        };
        let mut flaws = Vec::new();
        if is_lacking {
            flaws.push(Flaw::new(rule, "no such header"));
        }
        let is_wait = |value: &str| {
            let is_seconds = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            is_seconds || httpdate::parse_http_date(value).is_ok()
        };
        let wrong = self.response.fields(header::RETRY_AFTER).find(|value| !is_wait(value));
        flaws.extend(wrong.map(|value| Flaw::new(Rule::RetryAfter, format!("`{value}`"))));
        flaws
    }

    /// Some statuses must never be stored; for others an application may decide.
    fn caching(&self) -> Option<Flaw> {
        let directives = self.response.list(header::CACHE_CONTROL);
        let is_strict = matches!(self.response.status().as_u16(), 401 | 428 | 429 | 431 | 511);
        let is_right = if is_strict {
            directives.iter().any(|directive| directive == "no-store")
        } else {
            !directives.is_empty()
        };
        (!is_right).then(|| Flaw::new(Rule::NoStore, described("cache-control", &directives)))
    }

    fn bearer(&self) -> Option<Flaw> {
        let had_credentials = self.probe.headers.contains_key(header::AUTHORIZATION);
        let mut fields = self.response.fields(header::WWW_AUTHENTICATE);
        fields.find_map(|field| {
            let parameters = bearer_parameters(&field)?;
            let mut names: Vec<_> = parameters.iter().map(String::as_str).collect();
            names.sort_unstable();
            let is_twice = names.windows(2).any(|pair| pair[0] == pair[1]);
            let is_early = !had_credentials && names.contains(&"error");
            let is_wrong = names.is_empty() || is_twice || is_early;
            is_wrong.then(|| Flaw::new(Rule::BearerChallenge, format!("`{field}`")))
        })
    }

    /// Checks that a failed response shows neither what is inside nor what the client sent.
    fn shown(&self) -> Vec<Flaw> {
        let inside = INTERNALS.iter().find_map(|text| Some((text, self.response.place_of(text)?)));
        let inside = inside.map(|(text, place)| {
            let found = format!("`{text}` in {place}: {}", excerpt(self.response));
            Flaw::new(Rule::Internals, found)
        });
        let echo = self
            .response
            .place_of(MARKER)
            .map(|place| Flaw::new(Rule::Echo, format!("{place}: {}", excerpt(self.response))));
        inside.into_iter().chain(echo).collect()
    }

    fn secrets(&self, policy: &Policy) -> Vec<Flaw> {
        let found = policy.secrets.iter().filter_map(|secret| {
            let place = self.response.place_of(secret)?;
            Some(Flaw::new(
                Rule::Secret,
                format!("a planted secret in {place}: {}", excerpt(self.response)),
            ))
        });
        found.collect()
    }

    fn version(&self) -> Option<Flaw> {
        ["server", "x-powered-by"].into_iter().find_map(|name| {
            let value = self.response.field(name)?;
            let has_version = value.bytes().any(|byte| byte.is_ascii_digit());
            has_version.then(|| Flaw::new(Rule::ProductVersion, format!("`{name}: {value}`")))
        })
    }

    fn request_id(&self) -> Option<Flaw> {
        let mut ids = self.response.fields(X_REQUEST_ID);
        let Some(id) = ids.next() else {
            return Some(Flaw::new(Rule::RequestId, "no `X-Request-Id`"));
        };
        if ids.next().is_some() {
            return Some(Flaw::new(Rule::RequestId, "more than one `X-Request-Id`"));
        }
        let is_safe = (1..=128).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        (!is_safe).then(|| {
            let shown: String = id.chars().take(60).collect();
            Flaw::new(Rule::SafeRequestId, format!("an id of {} bytes: {shown:?}", id.len()))
        })
    }

    /// Checks the content and its length.
    fn content(&self) -> Vec<Flaw> {
        let (status, length) = (self.response.status(), self.response.body().len());
        let is_bodiless = matches!(status.as_u16(), 100..=199 | 204 | 205 | 304);
        let mut flaws = Vec::new();
        if self.is_head() && length > 0 {
            flaws.push(Flaw::new(Rule::HeadContent, format!("{length} bytes")));
        }
        if is_bodiless && !self.is_head() && length > 0 {
            flaws.push(Flaw::new(Rule::NoContent, format!("{length} bytes")));
        }
        let declared = self.response.field(header::CONTENT_LENGTH);
        let is_wrong = declared.is_some_and(|declared| declared != length.to_string());
        // A success may be read in part only.
        if is_wrong && !self.is_head() && !is_bodiless && self.is_failure() {
            let found = format!(
                "`Content-Length` is {}, the body {length} bytes",
                declared.unwrap_or_default()
            );
            flaws.push(Flaw::new(Rule::ContentLength, found));
        }
        flaws
    }

    /// Compares the status with what is known before.
    fn expectation(&self) -> Option<Flaw> {
        let status = self.response.status();
        let flaw = |rule| Some(Flaw::new(rule, excerpt(self.response)));
        // The body of every request of a run is complete.
        if status == StatusCode::REQUEST_TIMEOUT {
            return flaw(Rule::RequestTimeout);
        }
        match self.probe.expects {
            Expects::Failure if !self.is_failure() => flaw(Rule::NamedFailure),
            Expects::UnknownRoute if status.is_success() => flaw(Rule::UnknownRoute),
            Expects::NoServerError | Expects::UnknownRoute
                if status == StatusCode::INTERNAL_SERVER_ERROR =>
            {
                flaw(Rule::ServerError)
            }
            _ => None,
        }
    }
}

/// Formats the values of a header, or states that there are none.
pub(super) fn described(name: &str, values: &[String]) -> String {
    if values.is_empty() {
        format!("no `{name}`")
    } else {
        format!("`{name}: {}`", values.join(", "))
    }
}

/// Returns the names of the parameters of a `Bearer` challenge, which ends where another scheme begins.
fn bearer_parameters(field: &str) -> Option<Vec<String>> {
    let (scheme, rest) = field.split_once(' ').unwrap_or((field, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let names = outside_quotes(rest);
    let names = names.split(',').map(|part| part.split('=').next().unwrap_or_default().trim());
    let own = names.take_while(|name| !name.contains(' ')).filter(|name| !name.is_empty());
    Some(own.map(str::to_ascii_lowercase).collect())
}

/// Removes what is in quotation marks.
fn outside_quotes(text: &str) -> String {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.chars()
        .filter(|letter| match letter {
            _ if is_escaped => {
                is_escaped = false;
                false
            }
            '\\' if is_quoted => {
                is_escaped = true;
                false
            }
            '"' => {
                is_quoted = !is_quoted;
                false
            }
            _ => !is_quoted,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_bearer_challenges_are_read() {
        let names = |field| bearer_parameters(field).map(|names| names.join(" "));
        assert_eq!(names("Bearer realm=\"a, b=\\\"c\", error=\"x\""), Some("realm error".into()));
        assert_eq!(names("bearer"), Some(String::new()));
        assert_eq!(names("Basic realm=\"api\""), None);
        assert_eq!(names("Bearer realm=\"a\", DPoP algs=\"ES256\""), Some("realm".into()));
    }
}
