use std::borrow::Cow;

use serde_json::Value;

use super::path::{RuleStep, Steps};
use super::rule::Rule;
use crate::diagnosis::{Diagnosis, Found, Located, Order, Step, WirePath};
use crate::problem::Violation;

/// One rule that a value breaks, as just reported; its texts can still be changed.
///
/// ```
/// # use definable_errors::extract::{Violations, Rules};
/// # struct Parcel { weight: u32 }
/// impl Rules for Parcel {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         if self.weight > 31_500 {
///             violations
///                 .field("weight")
///                 .range(..=31_500)
///                 .detail("must be at most 31500 grams")
///                 .param("unit", "grams");
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ViolationBuilder {
    pub(super) path: Steps,
    pub(super) rule: Rule,
}

impl ViolationBuilder {
    /// Replaces the detail. Every value that it mentions should be added to the params too.
    pub fn detail(&mut self, detail: impl Into<Cow<'static, str>>) -> &mut Self {
        self.rule.detail = detail.into();
        self
    }

    /// Adds a value that the detail mentions, for programs and for translation. Never add the
    /// submitted value: it may be a password.
    pub fn param(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> &mut Self {
        self.rule.params.insert(name, value);
        self
    }

    /// Declares that the rule compares its field with other fields of the same value. It is then
    /// not reported while one of those has the wrong type or is missing, because a placeholder
    /// takes its place.
    ///
    /// ```
    /// # use definable_errors::extract::{Violations, Rules};
    /// # struct NewPassword { password: String, again: String }
    /// impl Rules for NewPassword {
    ///     fn check(&self, _: (), violations: &mut Violations<'_>) {
    ///         if self.again != self.password {
    ///             violations
    ///                 .field("again")
    ///                 .rule("mismatch", "must be the same password")
    ///                 .depends_on_siblings();
    ///         }
    ///     }
    /// }
    /// ```
    pub const fn depends_on_siblings(&mut self) -> &mut Self {
        self.rule.depends_on_siblings = true;
        self
    }
}

/// The conversion to a violation.
impl ViolationBuilder {
    /// Returns the field at the root that it is about, empty for the whole value, or `None` if it
    /// is deeper.
    pub(super) fn field(&self) -> Option<&str> {
        match &*self.path {
            [] => Some(""),
            [RuleStep::Field(field)] => Some(field),
            _ => None,
        }
    }

    pub(super) fn steps(&self) -> Vec<Step<'_>> {
        self.path.iter().map(RuleStep::as_step).collect()
    }

    /// Makes the violation at the client's place, from the text of a valid value.
    pub(super) fn found_in(self, input: &WirePath<'_>) -> Violation {
        let Found { place, unnamed, .. } = input.locate(&self.steps());
        match unnamed {
            Some(name) => self.rule.with_param("field", name).at(place),
            None => self.rule.at(place),
        }
    }

    /// Makes the violation at the client's place, or returns `None` if the rule is about a
    /// placeholder. If only the parent has a name for the client, the params contain the name in
    /// Rust.
    pub(in crate::extract) fn into_violation<T>(
        self,
        diagnosis: &Diagnosis<'_, T>,
    ) -> Option<(Order, Violation)> {
        let steps = self.steps();
        let Located { place, order, unnamed, is_invented } = diagnosis.locate(&steps);
        let siblings = steps.split_last().filter(|_| self.rule.depends_on_siblings);
        let reads_invented =
            || siblings.is_some_and(|(_, above)| diagnosis.locate(above).is_invented);
        if is_invented || reads_invented() {
            return None;
        }
        let rule = match unnamed {
            Some(name) => self.rule.with_param("field", name),
            None => self.rule,
        };
        Some((order, rule.at(place)))
    }
}
