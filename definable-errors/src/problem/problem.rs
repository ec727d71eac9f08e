use std::borrow::Cow;

use serde_json::Value;

use super::{ErrorStatus, MemberError, Members, ProblemType, Violation};

/// One failure as the client sees it (RFC 9457 §3).
///
/// Everything in it is public. What only operators may see belongs to the
/// [`ApiError`](struct@crate::ApiError) around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    problem_type: &'static ProblemType,
    status: ErrorStatus,
    detail: Cow<'static, str>,
    violations: Vec<Violation>,
    is_truncated: bool,
    members: Members,
    retry_after: Option<u32>,
}

impl Problem {
    /// At most so many violations are told; the rest is cut.
    pub const MAX_VIOLATIONS: usize = 100;

    /// A longer detail is cut after so many bytes, and ends in `…`.
    pub const MAX_DETAIL: usize = 4096;

    /// A problem that says what its type says.
    pub const fn new(problem_type: &'static ProblemType) -> Self {
        Self {
            problem_type,
            status: problem_type.status(),
            detail: Cow::Borrowed(problem_type.detail()),
            violations: Vec::new(),
            is_truncated: false,
            members: Members::EMPTY,
            retry_after: problem_type.retry_after(),
        }
    }

    /// Says what happened this time, and what to do about it; at most
    /// [`MAX_DETAIL`](Self::MAX_DETAIL) bytes of it are told.
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.set_detail(detail.into());
        self
    }

    pub(crate) fn set_detail(&mut self, detail: Cow<'static, str>) {
        self.detail = match detail.len() > Self::MAX_DETAIL {
            true => Cow::Owned(shortened(&detail)),
            false => detail,
        };
    }

    /// Adds violations; those over [`MAX_VIOLATIONS`](Self::MAX_VIOLATIONS) are cut.
    pub fn with_violations(mut self, violations: impl IntoIterator<Item = Violation>) -> Self {
        let mut violations = violations.into_iter();
        let room = Self::MAX_VIOLATIONS.saturating_sub(self.violations.len());
        self.violations.extend(violations.by_ref().take(room));
        self.is_truncated |= violations.next().is_some();
        self
    }

    /// Says that there may be more violations than these.
    #[cfg(feature = "extract")]
    pub(crate) const fn with_truncation(mut self) -> Self {
        self.is_truncated = true;
        self
    }

    /// Keeps the first `count` violations; [`is_truncated`](Self::is_truncated) says whether there
    /// were more.
    #[cfg(feature = "extract")]
    pub(crate) fn keep_violations(mut self, count: usize) -> Self {
        self.is_truncated |= self.violations.len() > count;
        self.violations.truncate(count);
        self
    }

    /// Adds an extension member, or changes the one of that name.
    ///
    /// # Errors
    ///
    /// When the name is not one that a member may have.
    pub fn insert_member(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> Result<(), MemberError> {
        self.members.insert(name.into(), value.into())
    }

    /// Asks the client to wait so many seconds.
    pub const fn with_retry_after(mut self, seconds: u32) -> Self {
        self.set_retry_after(seconds);
        self
    }

    pub(crate) const fn set_retry_after(&mut self, seconds: u32) {
        self.retry_after = Some(seconds);
    }

    /// The same problem under another error status.
    pub(crate) const fn with_status(mut self, status: ErrorStatus) -> Self {
        self.status = status;
        self
    }

    /// With a member of the contract, whose name nobody else may use, and no other. Clones share it.
    #[cfg(feature = "rate-limit")]
    pub(crate) fn with_own_member(self, name: &'static str, value: Value) -> Self {
        Self { members: Members::of_own(name, value), ..self }
    }

    /// The same mistakes, in an item of a list.
    #[cfg(feature = "extract")]
    pub(crate) fn within(mut self, index: usize) -> Self {
        for violation in &mut self.violations {
            violation.move_within(index);
        }
        self
    }

    /// What kind of problem it is.
    pub const fn problem_type(&self) -> &'static ProblemType {
        self.problem_type
    }

    /// The stable word to switch on.
    pub const fn code(&self) -> &'static str {
        self.problem_type.code()
    }

    /// The status of the response.
    pub const fn status(&self) -> ErrorStatus {
        self.status
    }

    /// The constant summary.
    pub const fn title(&self) -> &'static str {
        self.problem_type.title()
    }

    /// What happened this time.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether JSON can take the detail as it stands, as far as was found out while compiling.
    pub(crate) fn detail_is_plain(&self) -> bool {
        let usual = self.problem_type.detail();
        let is_usual = matches!(&self.detail, Cow::Borrowed(text) if std::ptr::eq(*text, usual));
        is_usual && self.problem_type.detail_is_plain()
    }

    /// The rules that the request broke.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Whether there were more violations than are told.
    pub const fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// The extension members.
    pub const fn members(&self) -> &Members {
        &self.members
    }

    /// Whole seconds to wait before the next try.
    pub const fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// Whether trying again later can help.
    pub const fn is_retryable(&self) -> bool {
        self.problem_type.is_retryable()
    }
}

fn shortened(detail: &str) -> String {
    let mut end = Problem::MAX_DETAIL;
    while !detail.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &detail[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Place, VALIDATION_FAILED};

    #[test]
    fn details_have_a_limit() {
        let told = |detail: String| Problem::new(&VALIDATION_FAILED).with_detail(detail);
        assert_eq!(told("x".repeat(4096)).detail().len(), 4096);
        let cut = told("ü".repeat(4095));
        assert!(cut.detail().len() < 4100 && cut.detail().ends_with("ü…"));
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
