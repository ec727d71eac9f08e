use std::borrow::Cow;

use serde_json::Value;

use super::path::RuleStep;
use super::rule::Rule;
use crate::diagnosis::{Located, Step};
use crate::problem::Violation;

/// One rule that a value breaks, just told; what it says can still be changed.
///
/// ```
/// # use definable_errors::extract::{BrokenRules, Rules};
/// # struct Parcel { weight: u32 }
/// impl Rules for Parcel {
///     fn check(&self, _: (), broken: &mut BrokenRules<'_>) {
///         if self.weight > 31_500 {
///             broken
///                 .field("weight")
///                 .range(..=31_500)
///                 .detail("must be at most 31500 grams")
///                 .param("unit", "grams");
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BrokenRule {
    pub(super) path: Vec<RuleStep<'static>>,
    pub(super) rule: Rule,
}

impl BrokenRule {
    /// Says it in other words. Every value that they mention belongs into the params too.
    pub fn detail(&mut self, detail: impl Into<Cow<'static, str>>) -> &mut Self {
        self.rule.detail = detail.into();
        self
    }

    /// Adds a value that the detail mentions, for programs and for translation. Never the submitted
    /// one: it may be a password.
    pub fn param(&mut self, name: impl Into<String>, value: impl Into<Value>) -> &mut Self {
        self.rule.params.insert(name.into(), value.into());
        self
    }
}

/// On its way to a client.
impl BrokenRule {
    pub(in crate::extract) fn steps(&self) -> Vec<Step<'_>> {
        self.path.iter().map(RuleStep::as_step).collect()
    }

    /// Where only the parent has a name for the client, the params have the name in Rust.
    pub(in crate::extract) fn into_violation(self, located: Located) -> Violation {
        let rule = match located.unnamed {
            Some(name) => self.rule.with_param("field", name),
            None => self.rule,
        };
        rule.at(located.place)
    }
}
