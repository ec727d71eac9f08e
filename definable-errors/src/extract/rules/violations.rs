use std::borrow::Cow;
use std::fmt;
use std::ops::RangeBounds;

use serde_json::Value;

use super::bounds::Bounds;
use super::length::{Counted, Length};
#[cfg(feature = "garde")]
use super::path::Steps;
use super::path::{RulePath, RuleStep};
use super::rule::Rule;
use super::violation_list::ViolationList;
use super::{Rules, ViolationBuilder};

/// A collector for the rules that a value breaks, each at its place.
///
/// Places are given by their names in Rust; clients read the names that they sent. Without a place,
/// a rule is about the whole value.
///
/// ```
/// use definable_errors::extract::{Rules, Violations};
///
/// struct Stay {
///     first_night: u32,
///     last_night: u32,
///     guests: Vec<Guest>,
/// }
///
/// struct Guest {
///     name: String,
/// }
///
/// impl Rules for Stay {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         if self.last_night < self.first_night {
///             violations.rule("ends_before_start", "must not end before it starts");
///         }
///         if !(1..=4).contains(&self.guests.len()) {
///             violations.field("guests").items(1..=4);
///         }
///         violations.field("guests").check_each(&self.guests);
///     }
/// }
///
/// impl Rules for Guest {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         if self.name.is_empty() {
///             violations.field("name").length(1..);
///         }
///     }
/// }
/// ```
///
/// An answer contains at most a hundred of them.
pub struct Violations<'b> {
    pub(super) list: &'b mut ViolationList,
    pub(super) path: RulePath<'b>,
}

/// Methods that select the place.
impl<'b> Violations<'b> {
    /// Selects a field of this value, by its name in Rust.
    pub fn field(&mut self, name: &'static str) -> Violations<'_> {
        self.below(RuleStep::Field(Cow::Borrowed(name)))
    }

    /// Selects an element of this list, from 0.
    pub fn index(&mut self, index: usize) -> Violations<'_> {
        self.below(RuleStep::Index(index))
    }

    /// Selects an entry of this map.
    pub fn key<'k>(&'k mut self, key: &'k str) -> Violations<'k> {
        self.below(RuleStep::Key(Cow::Borrowed(key)))
    }

    pub(super) fn below<'k>(&'k mut self, step: RuleStep<'k>) -> Violations<'k>
    where
        'b: 'k,
    {
        Violations { list: &mut *self.list, path: RulePath::Below(&self.path, step) }
    }
}

/// Methods that check the rules of a nested value.
impl Violations<'_> {
    /// Checks a value at this place.
    pub fn check<T: Rules>(&mut self, value: &T) {
        value.check((), self);
    }

    /// Checks a value at this place, with a context.
    pub fn check_with<T: Rules<C>, C>(&mut self, value: &T, context: C) {
        value.check(context, self);
    }

    /// Checks every element of a list at this place.
    pub fn check_each<'v, T: Rules + 'v>(&mut self, values: impl IntoIterator<Item = &'v T>) {
        self.check_each_with(values, ());
    }

    /// Checks every element of a list at this place, with a context.
    pub fn check_each_with<'v, T, C>(&mut self, values: impl IntoIterator<Item = &'v T>, context: C)
    where
        T: Rules<C> + 'v,
        C: Copy,
    {
        for (index, value) in values.into_iter().enumerate() {
            if self.list.is_full() {
                return;
            }
            value.check(context, &mut self.index(index));
        }
    }
}

/// Methods that report a broken rule.
impl Violations<'_> {
    /// Reports a missing value: `required`.
    pub fn required(&mut self) -> &mut ViolationBuilder {
        self.tell(Rule::required())
    }

    /// Reports a number outside `range`: `range`, with `min` and `max`; an end that is not included
    /// is `exclusive_max`.
    pub fn range<N>(&mut self, range: impl RangeBounds<N>) -> &mut ViolationBuilder
    where
        N: Clone + Into<Value>,
    {
        self.tell(Rule::range(Bounds::of(&range)))
    }

    /// Reports a text whose number of characters is outside `characters`: `length`, with `min` and
    /// `max`.
    pub fn length(&mut self, characters: impl RangeBounds<usize>) -> &mut ViolationBuilder {
        self.tell(Rule::length(Length::new(Counted::Characters, &characters)))
    }

    /// Reports a list whose number of items is outside `items`: `length`, with `min` and `max`.
    pub fn items(&mut self, items: impl RangeBounds<usize>) -> &mut ViolationBuilder {
        self.tell(Rule::length(Length::new(Counted::Items, &items)))
    }

    /// Reports a text that is not an email address: `email`.
    pub fn email(&mut self) -> &mut ViolationBuilder {
        self.tell(Rule::email())
    }

    /// Reports a text that is not a URL: `url`.
    pub fn url(&mut self) -> &mut ViolationBuilder {
        self.tell(Rule::url())
    }

    /// Reports a text that does not have the required form: `pattern`. Describe the form in the
    /// [`detail`](ViolationBuilder::detail).
    pub fn pattern(&mut self) -> &mut ViolationBuilder {
        self.tell(Rule::pattern())
    }

    /// Reports a value that is not one of `expected`: `one_of`, with `expected`.
    pub fn one_of<V>(&mut self, expected: impl IntoIterator<Item = V>) -> &mut ViolationBuilder
    where
        V: Into<Value>,
    {
        self.tell(Rule::one_of(expected.into_iter().map(Into::into).collect()))
    }

    /// Reports a value that must be unique, in the input or in the service: `duplicate`.
    ///
    /// Think before you report this for a name or an email address: it reveals to any client who
    /// has an account.
    pub fn duplicate(&mut self) -> &mut ViolationBuilder {
        self.tell(Rule::duplicate())
    }

    /// Reports a rule of your own: a stable code for programs, and a detail for people. Neither may
    /// contain what was submitted.
    pub fn rule(
        &mut self,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> &mut ViolationBuilder {
        self.tell(Rule::new(code, detail))
    }

    #[cfg(feature = "garde")]
    pub(super) fn tell_below(&mut self, steps: Vec<RuleStep<'static>>, rule: Rule) {
        let mut path = self.path.to_vec();
        match path.is_empty() {
            true => path = steps,
            false => path.extend(steps),
        }
        self.list.push(ViolationBuilder { path: Steps::Many(path), rule });
    }

    pub(super) fn tell(&mut self, rule: Rule) -> &mut ViolationBuilder {
        self.list.push(ViolationBuilder { path: self.path.steps(), rule })
    }
}

impl fmt::Debug for Violations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violations").field("at", &self.path.steps()).finish_non_exhaustive()
    }
}
