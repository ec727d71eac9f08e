//! One violation that a rule reports, and the path to what it is about.

use std::borrow::Cow;
use std::ops::{Deref, RangeBounds};
use std::slice;

use serde_json::Value;

use super::rule::{Bounds, Counted, Length, Rule};
use crate::diagnosis::{Diagnosis, Found, Located, Order, Step, WirePath};
use crate::problem::Violation;

/// A violation that was just reported by [`Violations::report`](super::Violations::report): what
/// clients read of it can still be changed.
///
/// Nothing else needs to be called. Without a code it is `invalid`.
///
/// ```
/// # use definable_errors::extract::{Rules, Violations};
/// # struct Booking { start: u32, end: u32 }
/// impl Rules for Booking {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         if self.end < self.start {
///             violations
///                 .report("end")
///                 .code("after_start")
///                 .detail("must be after `start`")
///                 .depends_on_siblings();
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
    /// Sets the code, a stable name of the rule for programs.
    pub fn code(&mut self, code: impl Into<Cow<'static, str>>) -> &mut Self {
        self.rule.code = code.into();
        self
    }

    /// Replaces the detail, the sentence for people. It must not contain the submitted value, and
    /// every other value that it mentions should be added to the params too.
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
    /// # use definable_errors::extract::{Rules, Violations};
    /// # struct NewPassword { password: String, again: String }
    /// impl Rules for NewPassword {
    ///     fn check(&self, _: (), violations: &mut Violations<'_>) {
    ///         if self.again != self.password {
    ///             violations
    ///                 .report("again")
    ///                 .code("mismatch")
    ///                 .detail("must be the same password")
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

/// Methods that set the code, the detail and the params of a well-known rule. Call them before those
/// that change one of the three.
impl ViolationBuilder {
    /// Reports a missing value: `required`.
    pub fn required(&mut self) -> &mut Self {
        self.rule(Rule::required())
    }

    /// Reports a number outside `range`: `range`, with `min` and `max`; an end that is not included
    /// is `exclusive_max`.
    pub fn range<N>(&mut self, range: impl RangeBounds<N>) -> &mut Self
    where
        N: Clone + Into<Value>,
    {
        self.rule(Rule::range(Bounds::of(&range)))
    }

    /// Reports a text whose number of characters is outside `characters`: `length`, with `min` and
    /// `max`.
    pub fn length(&mut self, characters: impl RangeBounds<usize>) -> &mut Self {
        self.rule(Rule::length(Length::new(Counted::Characters, &characters)))
    }

    /// Reports a list whose number of items is outside `items`: `length`, with `min` and `max`.
    pub fn items(&mut self, items: impl RangeBounds<usize>) -> &mut Self {
        self.rule(Rule::length(Length::new(Counted::Items, &items)))
    }

    /// Reports a text that is not an email address: `email`.
    pub fn email(&mut self) -> &mut Self {
        self.rule(Rule::email())
    }

    /// Reports a text that is not a URL: `url`.
    pub fn url(&mut self) -> &mut Self {
        self.rule(Rule::url())
    }

    /// Reports a text that does not have the required form: `pattern`. Describe the form in the
    /// [`detail`](Self::detail).
    pub fn pattern(&mut self) -> &mut Self {
        self.rule(Rule::pattern())
    }

    /// Reports a value that is not one of `expected`: `one_of`, with `expected`.
    pub fn one_of<V>(&mut self, expected: impl IntoIterator<Item = V>) -> &mut Self
    where
        V: Into<Value>,
    {
        self.rule(Rule::one_of(expected.into_iter().map(Into::into).collect()))
    }

    /// Reports a value that must be unique, in the input or in the service: `duplicate`.
    ///
    /// Think before you report this for a name or an email address: it reveals to any client who
    /// has an account.
    pub fn duplicate(&mut self) -> &mut Self {
        self.rule(Rule::duplicate())
    }

    fn rule(&mut self, rule: Rule) -> &mut Self {
        let depends_on_siblings = self.rule.depends_on_siblings;
        self.rule = Rule { depends_on_siblings, ..rule };
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
        let Located { place, order, unnamed, is_placeholder } = diagnosis.locate(&steps);
        let siblings = steps.split_last().filter(|_| self.rule.depends_on_siblings);
        let reads_invented =
            || siblings.is_some_and(|(_, above)| diagnosis.locate(above).is_placeholder);
        if is_placeholder || reads_invented() {
            return None;
        }
        let rule = match unnamed {
            Some(name) => self.rule.with_param("field", name),
            None => self.rule,
        };
        Some((order, rule.at(place)))
    }
}

/// One step into a value, by its name in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RuleStep<'p> {
    Field(Cow<'static, str>),
    Index(usize),
    Key(Cow<'p, str>),
}

/// The place that is being checked; it is on the stack until a rule is broken.
#[derive(Debug, Clone)]
pub(super) enum RulePath<'p> {
    Root,
    Below(&'p RulePath<'p>, RuleStep<'p>),
}

/// The path to a violation, from the outside in. A field of the root, the most frequent case,
/// takes no memory of its own.
#[derive(Debug, Clone)]
pub(super) enum Steps {
    One(RuleStep<'static>),
    Many(Vec<RuleStep<'static>>),
}

impl Deref for Steps {
    type Target = [RuleStep<'static>];

    fn deref(&self) -> &Self::Target {
        match self {
            Self::One(step) => slice::from_ref(step),
            Self::Many(steps) => steps,
        }
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl RulePath<'_> {
    pub(super) fn steps(&self) -> Steps {
        match self {
            Self::Below(Self::Root, step) => Steps::One(step.owned()),
            _ => Steps::Many(self.to_vec()),
        }
    }

    /// Returns the steps from the outside in.
    pub(super) fn to_vec(&self) -> Vec<RuleStep<'static>> {
        let mut steps = Vec::new();
        let mut path = self;
        while let RulePath::Below(parent, step) = path {
            steps.push(step.owned());
            path = parent;
        }
        steps.reverse();
        steps
    }
}

impl RuleStep<'_> {
    fn owned(&self) -> RuleStep<'static> {
        match self {
            Self::Field(name) => RuleStep::Field(name.clone()),
            Self::Index(index) => RuleStep::Index(*index),
            Self::Key(key) => RuleStep::Key(Cow::Owned(key.clone().into_owned())),
        }
    }

    fn as_step(&self) -> Step<'_> {
        match self {
            Self::Field(name) => Step::Field(name),
            Self::Index(index) => Step::Index(*index),
            Self::Key(key) => Step::Key(key),
        }
    }
}
