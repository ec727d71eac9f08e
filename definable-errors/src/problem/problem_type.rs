//! Problem types: what is known in advance of a kind of failure.

use std::hash::{Hash, Hasher};
use std::panic::Location;
use std::time::Duration;

use super::status::{as_duration, retry_after_seconds};
use super::{ErrorStatus, Level, MemberSchema, name};

/// What the detail of a problem is made of, if it is not set by `with_detail`. Generated code declares
/// it, for translations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DetailSource {
    /// The detail of the type.
    Constant,
    /// Constant text and fields that are members.
    Members,
    /// Constant text and fields, of which these are no members.
    Fields(&'static [&'static str]),
    /// A `Display` that is not a format string, so it is not known what it contains.
    Display,
}

/// One kind of failure, as it is known in advance (RFC 9457 §4).
///
/// Two problem types are equal if their codes are.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct ProblemType {
    code: &'static str,
    status: ErrorStatus,
    title: &'static str,
    title_is_plain: bool,
    detail: &'static str,
    detail_is_plain: bool,
    detail_source: DetailSource,
    documentation: &'static str,
    level: Level,
    is_retryable: bool,
    retry_after: Option<u32>,
    challenge: Option<&'static str>,
    members: &'static [MemberSchema],
    headers: &'static [&'static str],
    uri: Option<&'static str>,
    declared_at: &'static Location<'static>,
}

impl ProblemType {
    /// Creates a problem type; the detail is the title until [`with_detail`](Self::with_detail).
    ///
    /// A 429 and a 503 have a wait of 5 seconds until [`with_retry_after`](Self::with_retry_after)
    /// or [`non_retryable`](Self::non_retryable).
    ///
    /// Put it into a `static` or a `const`, and a mistake does not compile.
    ///
    /// # Panics
    ///
    /// Panics if the code is not `snake_case` (at most 64 bytes), or if the title is empty, has a
    /// control character or a placeholder (RFC 9457 §3.1.3: it is constant).
    #[track_caller]
    pub const fn new(code: &'static str, status: ErrorStatus, title: &'static str) -> Self {
        assert!(name::is_code(code), "a code is snake_case, such as order_not_found");
        assert!(name::is_title(title), "a title is one line of constant text without braces");
        Self::checked(code, status, title).with_usual_wait()
    }

    /// Sets the default wait: every 429 and 503 informs the client when it may come back.
    pub(super) const fn with_usual_wait(self) -> Self {
        match self.status.as_u16() {
            429 | 503 => self.with_retry_after(Duration::from_secs(5)),
            _ => self,
        }
    }

    /// Creates a type without checks. Generated code checks its texts itself: here it would cost
    /// compile time again.
    #[track_caller]
    pub(super) const fn checked(
        code: &'static str,
        status: ErrorStatus,
        title: &'static str,
    ) -> Self {
        Self {
            code,
            status,
            title,
            title_is_plain: name::is_plain_json(title),
            detail: title,
            detail_is_plain: name::is_plain_json(title),
            detail_source: DetailSource::Constant,
            documentation: "",
            level: Level::of(status),
            is_retryable: matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504),
            retry_after: None,
            challenge: None,
            members: &[],
            headers: &[],
            uri: None,
            declared_at: Location::caller(),
        }
    }

    /// Sets the detail of a problem that has none of its own.
    pub const fn with_detail(mut self, detail: &'static str) -> Self {
        self.detail = detail;
        self.detail_is_plain = name::is_plain_json(detail);
        self
    }

    /// Declares what the details of generated code are made of.
    #[doc(hidden)]
    pub const fn with_detail_source(mut self, source: DetailSource) -> Self {
        self.detail_source = source;
        self
    }

    /// Sets the documentation: what went wrong and how to fix it, for the page that `type` links
    /// to.
    pub const fn with_documentation(mut self, documentation: &'static str) -> Self {
        self.documentation = documentation;
        self
    }

    /// Sets the level at which a problem of this type is logged.
    pub const fn with_level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Declares that a later attempt can succeed, whatever the status implies.
    pub const fn retryable(mut self) -> Self {
        self.is_retryable = true;
        self
    }

    /// Declares that a later attempt cannot succeed, whatever the status implies, and removes the
    /// wait.
    pub const fn non_retryable(mut self) -> Self {
        self.is_retryable = false;
        self.retry_after = None;
        self
    }

    /// Sets the `Retry-After` of a problem that has none of its own: whole seconds, rounded up, at
    /// least one (RFC 9110 §10.2.3).
    pub const fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(retry_after_seconds(wait));
        self
    }

    /// Sets the `WWW-Authenticate` challenge of this type (RFC 9110 §11.6.1).
    ///
    /// # Panics
    ///
    /// Panics if the status is not 400, 401 or 403, or if the challenge is not a scheme with a
    /// parameter, such as `Bearer realm="api"`, in visible ASCII.
    pub const fn with_challenge(mut self, challenge: &'static str) -> Self {
        assert!(
            matches!(self.status.as_u16(), 400 | 401 | 403),
            "a challenge belongs to a 400, 401 or 403"
        );
        assert!(
            name::is_challenge(challenge),
            "a challenge is a scheme and name=\"text\", visible ASCII"
        );
        self.challenge = Some(challenge);
        self
    }

    /// Sets the value of `type`, instead of the service's base and the code: the URI of a type that
    /// is registered or shared with others (RFC 9457 §4.2).
    ///
    /// # Panics
    ///
    /// Panics if it is not `https:`, or has a character that JSON or HTML would escape.
    pub const fn with_uri(mut self, uri: &'static str) -> Self {
        assert!(name::is_uri(uri), "the URI of a type begins with https:// and is plain ASCII");
        self.uri = Some(uri);
        self
    }

    /// Sets the extension members that a problem of this type may carry, with their JSON types
    /// (RFC 9457 §3.2).
    pub const fn with_members(mut self, members: &'static [MemberSchema]) -> Self {
        self.members = members;
        self
    }

    /// Sets the names of the headers that a problem of this type has of its own, beside those that
    /// its status requires, for the documentation.
    ///
    /// # Panics
    ///
    /// Panics if a name is not a token (RFC 9110 §5.6.2).
    pub const fn with_headers(mut self, headers: &'static [&'static str]) -> Self {
        let mut rest = headers;
        while let [first, after @ ..] = rest {
            assert!(name::is_token(first), "the name of a header is a token, such as X-Quota");
            rest = after;
        }
        self.headers = headers;
        self
    }

    /// Declares that this is a form of another type, with the same code: another status of it, or
    /// another URI.
    #[cfg(any(feature = "rate-limit", feature = "router"))]
    pub(crate) const fn form_of(mut self, other: &Self) -> Self {
        self.declared_at = other.declared_at;
        self
    }

    /// Returns the stable code for programs.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the status of every problem of this type.
    pub const fn status(&self) -> ErrorStatus {
        self.status
    }

    /// Returns the constant summary.
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// Returns the detail of a problem that has none of its own.
    pub const fn detail(&self) -> &'static str {
        self.detail
    }

    /// Returns the documentation; it is empty if there is none.
    pub const fn documentation(&self) -> &'static str {
        self.documentation
    }

    /// Returns the level at which a problem of this type is logged.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Returns whether a later attempt can succeed.
    pub const fn is_retryable(&self) -> bool {
        self.is_retryable
    }

    /// Returns how long the client should wait, unless a problem sets its own wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        as_duration(self.retry_after)
    }

    pub(crate) const fn retry_after_seconds(&self) -> Option<u32> {
        self.retry_after
    }

    /// Returns the challenge of this type.
    pub const fn challenge(&self) -> Option<&'static str> {
        self.challenge
    }

    /// Returns the value of `type`, if it is not the service's base and the code.
    pub const fn uri(&self) -> Option<&'static str> {
        self.uri
    }

    /// Returns the extension members that a problem of this type may carry.
    pub const fn members(&self) -> &'static [MemberSchema] {
        self.members
    }

    /// Returns what the details of generated code are made of.
    pub(crate) const fn detail_source(&self) -> DetailSource {
        self.detail_source
    }

    /// Returns the names of the headers that a problem of this type has of its own, beside those that
    /// its status requires.
    pub const fn headers(&self) -> &'static [&'static str] {
        self.headers
    }

    /// Returns where the type is declared. Types that were made from one another by `with_…` are
    /// declared at the same place.
    #[doc(hidden)]
    pub const fn declared_at(&self) -> &'static Location<'static> {
        self.declared_at
    }

    /// Whether JSON can contain the detail without escaping.
    pub(crate) const fn detail_is_plain(&self) -> bool {
        self.detail_is_plain
    }

    /// Whether JSON can contain the title without escaping.
    pub(crate) const fn title_is_plain(&self) -> bool {
        self.title_is_plain
    }
}

impl PartialEq for ProblemType {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for ProblemType {}

impl Hash for ProblemType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}
