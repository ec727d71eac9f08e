//! A problem: what a client sees of one failure.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use super::status::{as_duration, retry_after_seconds};
use super::{ErrorStatus, LanguageTag, Level, MemberError, Members, ProblemType, Violation};

/// One failure as the client sees it (RFC 9457 §3).
///
/// Everything in it is public. Private data belongs to the [`ApiError`](struct@crate::ApiError)
/// around it.
#[derive(Debug, Clone)]
#[must_use]
pub struct Problem {
    problem_type: &'static ProblemType,
    status: ErrorStatus,
    detail: Cow<'static, str>,
    detail_origin: DetailOrigin,
    violations: Vec<Violation>,
    is_truncated: bool,
    members: Members,
    /// The wait of this problem; without one, that of its type applies.
    retry_after: Option<u32>,
    /// `None` in the language in which the service writes its texts.
    localized: Option<Box<Localized>>,
}

/// What set the detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DetailOrigin {
    /// The problem type.
    Type,
    /// Generated code, as the type declares.
    Derived,
    /// The service.
    Service,
}

/// The language of the texts, and the title in it.
#[derive(Debug, Clone, PartialEq)]
struct Localized {
    language: LanguageTag,
    title: Option<String>,
}

/// The texts of a problem in another language. Those that are `None` stay.
#[derive(Debug)]
pub(crate) struct Localization {
    pub(crate) language: LanguageTag,
    pub(crate) title: Option<String>,
    pub(crate) detail: Option<String>,
    /// The details of the violations, in their order.
    pub(crate) violations: Vec<Option<String>>,
}

impl Problem {
    /// The maximum number of violations; further ones are cut.
    pub const MAX_VIOLATIONS: usize = 100;

    /// The maximum length of the detail in bytes. A longer one is cut, and ends in `…`.
    pub const MAX_DETAIL: usize = 4096;

    /// The maximum length of a translated title in bytes. A longer one is cut.
    const MAX_TITLE: usize = 256;

    /// The maximum length of the translated detail of a violation in bytes. A longer one is cut.
    const MAX_VIOLATION: usize = 1024;

    /// Creates a problem with the texts of its type.
    pub const fn new(problem_type: &'static ProblemType) -> Self {
        Self {
            problem_type,
            status: problem_type.status(),
            detail: Cow::Borrowed(problem_type.detail()),
            detail_origin: DetailOrigin::Type,
            violations: Vec::new(),
            is_truncated: false,
            members: Members::EMPTY,
            retry_after: None,
            localized: None,
        }
    }

    /// Sets the detail: what happened this time, and what the client can do about it. A text over
    /// [`MAX_DETAIL`](Self::MAX_DETAIL) bytes is cut.
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.set_detail(detail.into());
        self
    }

    pub(crate) fn set_detail(&mut self, detail: Cow<'static, str>) {
        self.detail = if detail.len() > Self::MAX_DETAIL {
            Cow::Owned(shortened(detail.into_owned(), Self::MAX_DETAIL))
        } else {
            detail
        };
        self.detail_origin = DetailOrigin::Service;
    }

    /// Sets a detail that generated code wrote.
    pub(crate) fn set_derived_detail(&mut self, detail: String) {
        self.set_detail(detail.into());
        self.detail_origin = DetailOrigin::Derived;
    }

    /// Sets the texts in another language.
    pub(crate) fn localized(mut self, localization: Localization) -> Self {
        let Localization { language, title, detail, violations } = localization;
        let title = title.map(|title| shortened(one_line(&title), Self::MAX_TITLE));
        if let Some(detail) = detail {
            self.set_detail(detail.into());
        }
        for (violation, detail) in self.violations.iter_mut().zip(violations) {
            if let Some(detail) = detail {
                violation.set_detail(shortened(detail, Self::MAX_VIOLATION).into());
            }
        }
        self.localized = Some(Box::new(Localized { language, title }));
        self
    }

    /// Adds violations; those over [`MAX_VIOLATIONS`](Self::MAX_VIOLATIONS) are cut.
    pub fn with_violations(mut self, violations: impl IntoIterator<Item = Violation>) -> Self {
        let mut violations = violations.into_iter();
        let room = Self::MAX_VIOLATIONS.saturating_sub(self.violations.len());
        self.violations.extend(violations.by_ref().take(room));
        self.is_truncated |= violations.next().is_some();
        self
    }

    /// Marks the list of violations as incomplete.
    #[cfg(feature = "extract")]
    pub(crate) const fn with_truncation(mut self) -> Self {
        self.is_truncated = true;
        self
    }

    /// Keeps the first `count` violations; [`is_truncated`](Self::is_truncated) returns whether
    /// there were more.
    #[cfg(feature = "extract")]
    pub(crate) fn keep_violations(mut self, count: usize) -> Self {
        self.is_truncated |= self.violations.len() > count;
        self.violations.truncate(count);
        self
    }

    /// Adds an extension member, or replaces the one with the same name.
    ///
    /// # Errors
    ///
    /// Returns an error if `name` is not a legal member name.
    pub fn insert_member(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> Result<(), MemberError> {
        self.members.insert(name.into(), value.into())
    }

    /// Sets how long the client should wait before the next attempt: whole seconds, rounded up, at
    /// least one (RFC 9110 §10.2.3).
    pub const fn with_retry_after(mut self, wait: Duration) -> Self {
        self.set_retry_after(retry_after_seconds(wait));
        self
    }

    pub(crate) const fn set_retry_after(&mut self, seconds: u32) {
        self.retry_after = Some(seconds);
    }

    /// Changes the type of the problem, for a layer that knows better than the code below it which
    /// failure this is to its clients.
    ///
    /// The code, the title, the status, the level, the challenge and whether it is retryable are
    /// those of the new type. The detail, the violations, the members and a wait that was set with
    /// [`with_retry_after`](Self::with_retry_after) stay. A detail that only repeats the old title
    /// becomes the detail of the new type, and the default wait of the old type becomes that of the
    /// new one.
    ///
    /// In [`ApiErrorLayer::map`](crate::ApiErrorLayer::map), the status of the response stays.
    ///
    /// ```
    /// use definable_errors::problem::{ErrorStatus, NOT_FOUND, Problem, ProblemType};
    ///
    /// static UNKNOWN_CUSTOMER: ProblemType = ProblemType::new(
    ///     "unknown_customer",
    ///     ErrorStatus::UNPROCESSABLE_ENTITY,
    ///     "Unknown customer",
    /// );
    ///
    /// let problem = Problem::new(&NOT_FOUND).with_detail("There is no customer 7.");
    /// let problem = problem.retyped(&UNKNOWN_CUSTOMER);
    /// assert_eq!(problem.code(), "unknown_customer");
    /// assert_eq!(problem.status().as_u16(), 422);
    /// assert_eq!(problem.detail(), "There is no customer 7.");
    /// ```
    pub fn retyped(mut self, problem_type: &'static ProblemType) -> Self {
        self.detail_origin = DetailOrigin::Service;
        if self.detail == self.title() {
            self.detail = Cow::Borrowed(problem_type.detail());
            self.detail_origin = DetailOrigin::Type;
        }
        self.localized = None;
        self.problem_type = problem_type;
        self.status = problem_type.status();
        self
    }

    /// Replaces the status by another error status.
    pub(crate) const fn with_status(mut self, status: ErrorStatus) -> Self {
        self.status = status;
        self
    }

    /// Sets a member of the contract, whose name is reserved, as the only one. Clones share it.
    #[cfg(feature = "rate-limit")]
    pub(crate) fn with_own_member(self, name: &'static str, value: Value) -> Self {
        Self { members: Members::of_own(name, value), ..self }
    }

    /// Moves the violations into item `index` of a list.
    #[cfg(feature = "extract")]
    pub(crate) fn within(mut self, index: usize) -> Self {
        for violation in &mut self.violations {
            violation.move_within(index);
        }
        self
    }

    /// Returns the problem type.
    pub const fn problem_type(&self) -> &'static ProblemType {
        self.problem_type
    }

    /// Returns the stable code for programs.
    pub const fn code(&self) -> &'static str {
        self.problem_type.code()
    }

    /// Returns the status of the response.
    pub const fn status(&self) -> ErrorStatus {
        self.status
    }

    /// Returns the level at which it is logged. A level that the type itself sets stays, whatever
    /// status a service gives the type.
    pub(crate) fn level(&self) -> Level {
        let usual = self.problem_type.level();
        if usual == Level::of(self.problem_type.status()) { Level::of(self.status) } else { usual }
    }

    /// Returns the summary: that of the type, or its translation into
    /// [`language`](Self::language).
    pub fn title(&self) -> &str {
        let localized = self.localized.as_ref().and_then(|localized| localized.title.as_deref());
        localized.unwrap_or(self.problem_type.title())
    }

    /// Returns the title if JSON can contain it without escaping, as far as this is known at compile
    /// time.
    pub(crate) const fn plain_title(&self) -> Option<&'static str> {
        if self.localized.is_none() && self.problem_type.title_is_plain() {
            return Some(self.problem_type.title());
        }
        None
    }

    /// Returns the language of the texts, if a [`Translate`](crate::translate::Translate) named it.
    pub fn language(&self) -> Option<&LanguageTag> {
        self.localized.as_ref().map(|localized| &localized.language)
    }

    pub(crate) const fn detail_origin(&self) -> DetailOrigin {
        self.detail_origin
    }

    /// Returns the detail: what happened this time.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether JSON can contain the detail without escaping, as far as this is known at compile
    /// time.
    pub(crate) fn detail_is_plain(&self) -> bool {
        let usual = self.problem_type.detail();
        let is_usual = matches!(&self.detail, Cow::Borrowed(text) if std::ptr::eq(*text, usual));
        is_usual && self.problem_type.detail_is_plain()
    }

    /// Returns the rules that the request broke.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Returns whether there were more violations than [`violations`](Self::violations) contains.
    pub const fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Returns the extension members.
    pub const fn members(&self) -> &Members {
        &self.members
    }

    /// Returns how long the client should wait before the next attempt, in whole seconds.
    pub const fn retry_after(&self) -> Option<Duration> {
        as_duration(self.retry_after_seconds())
    }

    pub(crate) const fn retry_after_seconds(&self) -> Option<u32> {
        match self.retry_after {
            Some(seconds) => Some(seconds),
            None => self.problem_type.retry_after_seconds(),
        }
    }

    /// Returns whether a later attempt can succeed.
    pub const fn is_retryable(&self) -> bool {
        self.problem_type.is_retryable()
    }
}

/// Two problems are equal if clients receive the same.
impl PartialEq for Problem {
    fn eq(&self, other: &Self) -> bool {
        self.problem_type == other.problem_type
            && self.status == other.status
            && self.detail == other.detail
            && self.violations == other.violations
            && self.is_truncated == other.is_truncated
            && self.members == other.members
            && self.retry_after == other.retry_after
            && self.localized == other.localized
    }
}

/// Cuts a text over `max` bytes.
fn shortened(mut text: String, max: usize) -> String {
    if text.len() > max {
        let mut end = max;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Replaces control characters, among them line ends, by spaces.
fn one_line(text: &str) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.trim().chars().map(clean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{
        CONFLICT, NOT_FOUND, OVERLOADED, Place, RATE_LIMITED, SERVICE_UNAVAILABLE,
        VALIDATION_FAILED,
    };

    #[test]
    fn details_have_a_limit() {
        let reported = |detail: String| Problem::new(&VALIDATION_FAILED).with_detail(detail);
        assert_eq!(reported("x".repeat(4096)).detail().len(), 4096);
        let cut = reported("ü".repeat(4095));
        assert!(cut.detail().len() < 4100 && cut.detail().ends_with("ü…"));
        // A character is cut off as a whole.
        let cut = reported(format!("x{}", "ü".repeat(4095)));
        assert_eq!(cut.detail(), format!("x{}…", "ü".repeat(2047)));
    }

    #[test]
    fn list_that_is_kept_whole_is_not_truncated() {
        let violation =
            || Violation::new(Place::Query("page".into()), "type", "must be an integer");
        let two = || Problem::new(&VALIDATION_FAILED).with_violations([violation(), violation()]);
        for (count, kept, is_truncated) in [(3, 2, false), (2, 2, false), (1, 1, true)] {
            let problem = two().keep_violations(count);
            assert_eq!((problem.violations().len(), problem.is_truncated()), (kept, is_truncated));
        }
        let cut = two().keep_violations(1).keep_violations(1);
        assert!(cut.is_truncated());
    }

    #[test]
    fn violations_that_were_cut_twice_are_truncated() {
        let violation =
            || Violation::new(Place::Query("page".into()), "type", "must be an integer");
        let many = || std::iter::repeat_with(violation).take(Problem::MAX_VIOLATIONS + 1);
        let problem =
            Problem::new(&VALIDATION_FAILED).with_violations(many()).with_violations(many());
        assert!(problem.is_truncated());
        assert_eq!(problem.violations().len(), Problem::MAX_VIOLATIONS);
    }

    #[test]
    fn problems_that_differ_for_clients_are_not_equal() {
        let problem = || Problem::new(&RATE_LIMITED).with_detail("Slow down.");
        let violation =
            || Violation::new(Place::Query("page".into()), "type", "must be an integer");
        let german = Localization {
            language: "de".parse().unwrap(),
            title: None,
            detail: None,
            violations: Vec::new(),
        };
        let mut limited = problem();
        limited.insert_member("limit", 10).unwrap();
        let others = [
            Problem::new(&NOT_FOUND)
                .with_status(ErrorStatus::TOO_MANY_REQUESTS)
                .with_detail("Slow down."),
            problem().with_status(ErrorStatus::CONFLICT),
            problem().with_detail("Later."),
            problem().with_violations([violation()]),
            problem().with_truncation(),
            limited,
            problem().with_retry_after(Duration::from_secs(5)),
            problem().localized(german),
        ];
        assert_eq!(problem(), problem());
        for other in others {
            assert_ne!(problem(), other);
        }
    }

    #[test]
    fn new_type_takes_over_what_belongs_to_types() {
        let problem = Problem::new(&SERVICE_UNAVAILABLE).retyped(&OVERLOADED);
        assert_eq!((problem.code(), problem.title()), ("overloaded", "Overloaded"));
        assert_eq!((problem.detail(), problem.retry_after_seconds()), ("Overloaded", Some(1)));
        assert!(problem.detail_is_plain());
        let problem = problem.retyped(&CONFLICT);
        assert_eq!(
            (problem.status(), problem.retry_after_seconds()),
            (ErrorStatus::CONFLICT, None)
        );
        assert!(!problem.is_retryable());
    }

    #[test]
    fn new_type_keeps_what_happened_this_time() {
        let violation = Violation::new(Place::Query("page".into()), "type", "must be an integer");
        let mut problem = Problem::new(&RATE_LIMITED)
            .with_detail("Slow down.")
            .with_violations([violation.clone()])
            .with_retry_after(Duration::from_secs(5));
        problem.insert_member("limit", 10).unwrap();
        let problem = problem.retyped(&NOT_FOUND);
        assert_eq!((problem.code(), problem.detail()), ("not_found", "Slow down."));
        assert_eq!(problem.violations(), [violation]);
        assert_eq!(problem.members().get("limit").unwrap(), 10);
        // It was set, even if it is what the old type has by default.
        assert_eq!(problem.retry_after_seconds(), Some(5));
    }

    #[test]
    fn violations_have_a_limit() {
        let one = || Violation::new(Place::Query("page".into()), "type", "must be an integer");
        let full = Problem::new(&VALIDATION_FAILED).with_violations((0..100).map(|_| one()));
        assert!(!full.is_truncated());
        let over = full.with_violations([one()]);
        assert_eq!((over.violations().len(), over.is_truncated()), (100, true));
    }
}
