//! What every response is checked for, with the section that requires it.

use std::fmt;

/// Defines the rules, each with its requirement and the section that it is from.
macro_rules! rules {
    ($($name:ident, $requirement:literal, $reference:literal;)+) => {
        /// A rule that a response is checked for.
        ///
        /// Its `Display` output is the requirement with its reference.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = concat!($requirement, " (", $reference, ").")] $name,)+
        }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Returns what the rule requires, as a sentence without its full stop.
            pub const fn requirement(self) -> &'static str {
                match self {
                    $(Self::$name => $requirement,)+
                }
            }

            /// Returns the section of the standard that the rule is from.
            pub const fn reference(self) -> &'static str {
                match self {
                    $(Self::$name => $reference,)+
                }
            }
        }
    };
}

rules! {
    Answered, "Every request gets a response in time, also if a handler panics", "RFC 9110 §15.6.1";
    ProblemBody, "A failed response has a JSON object of the type `application/problem+json`", "RFC 9457 §3";
    MemberTypes, "`type`, `title`, `detail` and `instance` are strings, and `status` is a whole number", "RFC 9457 §3.1";
    TypeUri, "`type` is an absolute URI or starts with `/`, so that it means the same on every path", "RFC 9457 §3.1.1";
    StatusMember, "The member `status` is the status of the response", "RFC 9457 §3.1.2";
    Instance, "A problem identifies its occurrence by an `instance` that no other problem has", "RFC 9457 §3.1.5";
    MemberNames, "Names of extension members have three or more letters, digits and `_`, the first a letter", "RFC 9457 §3.2";
    Code, "A problem has a `code` in `snake_case` that clients can switch on", "RFC 9457 §3.2";
    BlankTitle, "A problem without a `type` has the phrase of its status as the title", "RFC 9457 §4.2.1";
    Explanation, "A problem explains itself by a `title` or a `detail`", "RFC 9110 §15.5, §15.6";
    Secret, "No response contains a planted secret", "RFC 9457 §5";
    Internals, "No failed response shows types, source files, panics or errors of the system", "RFC 9457 §5";
    Echo, "A failed response does not repeat what the client sent", "RFC 9457 §5, CWE-79";
    ProductVersion, "No header shows the version of a product", "RFC 9110 §10.2.4";
    RequestId, "Every response has an `X-Request-Id` of its own, and a problem has the same `request_id`", "OWASP Logging Cheat Sheet, interaction identifier";
    SafeRequestId, "An id is at most 128 letters, digits, `.`, `_` and `-`, whatever the client sent", "CWE-117";
    NoStore, "No cache stores a failed response: `Cache-Control: no-store`, on 401, 428, 429, 431 and 511 always", "RFC 9110 §15.1, RFC 9111 §5.2.2.5, RFC 6585";
    NoSniff, "A failed response has `X-Content-Type-Options: nosniff`", "Fetch Standard, X-Content-Type-Options";
    Challenge, "A 401 has a `WWW-Authenticate` challenge", "RFC 9110 §15.5.2, §11.6.1";
    BearerChallenge, "A `Bearer` challenge has parameters, each once, and an `error` only if credentials were sent", "RFC 6750 §3, §3.1";
    Allow, "A 405 lists the methods in `Allow`", "RFC 9110 §15.5.6";
    ProxyChallenge, "A 407 has a `Proxy-Authenticate` challenge", "RFC 9110 §15.5.8";
    RequestTimeout, "A 408 is for clients that send too slowly, and never the answer to a complete request", "RFC 9110 §15.5.9";
    SupportedTypes, "A 415 lists what is supported in `Accept` or `Accept-Encoding`", "RFC 9110 §15.5.16";
    ContentRange, "A 416 states the size in `Content-Range`", "RFC 9110 §15.5.17";
    UpgradeField, "A 426 names the protocol in `Upgrade`", "RFC 9110 §15.5.22";
    RetryAfter, "A 429 has a `Retry-After`, which is whole seconds or a date, and equals `retry_after`", "RFC 9110 §10.2.3, RFC 6585 §4";
    HeadContent, "A response to HEAD has no content", "RFC 9110 §9.3.2";
    HeadFields, "A response to HEAD has the status and content type of the response to GET", "RFC 9110 §9.3.2";
    NoContent, "A 204, 205 or 304 has no content", "RFC 9110 §6.4.1, §15.3.6";
    ContentLength, "`Content-Length` is the length of the body", "RFC 9110 §8.6";
    Acceptable, "An `Accept` header turns a failed response neither into a 406 nor into an empty body", "RFC 9110 §12.5.1, §15.5.7";
    VaryAccept, "`Vary` lists `Accept` if it chooses the representation", "RFC 9110 §12.5.5";
    CorsOrigin, "Every response to a page of an allowed origin has `Access-Control-Allow-Origin`", "Fetch Standard, CORS check";
    CorsCredentials, "`Access-Control-Allow-Credentials` is for listed origins: neither for `*` nor for any origin", "Fetch Standard, CORS protocol and credentials";
    CorsExposed, "`Access-Control-Expose-Headers` lists the headers that explain a failure", "Fetch Standard, CORS-safelisted response-header name";
    CorsPreflight, "A preflight of an allowed origin succeeds and allows the method", "Fetch Standard, CORS-preflight fetch";
    VaryOrigin, "`Vary` lists `Origin` if `Access-Control-Allow-Origin` depends on it", "Fetch Standard, CORS protocol and HTTP caches";
    ServerError, "Only a route that was named as failing answers 500, and a wrong request gets a 4xx", "RFC 9110 §15.5, §15.6";
    UnknownRoute, "A path that does not exist is not a success", "RFC 9110 §15.5.5";
    NamedFailure, "A route that was named as failing fails", "RFC 9110 §15";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.requirement(), self.reference())
    }
}
