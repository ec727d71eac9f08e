//! The built-in rules, each of which checks a value and reports it if it fails.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeBounds;

use serde_json::Value;

use super::checks::{
    CheckEach, CheckItems, CheckLength, CheckNested, CheckOneOf, CheckRange, CheckRequired,
};
use super::rule::{Bounds, Counted, Length, Rule};
use super::violation_builder::{RulePath, RuleStep};
use super::violations::ViolationList;
use super::{ViolationBuilder, Violations};

/// A value at its place, as [`Violations::field`] returns it: each method checks a rule and reports
/// a violation if the value fails it.
///
/// Rules of one value chain. [`detail`](Self::detail), [`param`](Self::param) and
/// [`depends_on_siblings`](Self::depends_on_siblings) change what the rule before them reports, and
/// do nothing if the value satisfies it. `None` satisfies every rule but
/// [`required`](Self::required).
///
/// ```
/// # use definable_errors::extract::{Rules, Violations};
/// # struct Parcel { weight: u32, label: Option<String> }
/// impl Rules for Parcel {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations
///             .field("weight", &self.weight)
///             .range(1..)
///             .range(..=31_500)
///             .detail("must be at most 31500 grams")
///             .param("unit", "grams");
///         violations.field("label", &self.label).length(1..=40);
///     }
/// }
/// ```
pub struct Checker<'v, T: ?Sized, C = ()> {
    list: &'v mut ViolationList,
    /// The place that the field is in. The whole place is only put together for a violation.
    parent: &'v RulePath<'v>,
    /// `None` if the value is at `parent` itself.
    field: Option<&'static str>,
    context: C,
    value: &'v T,
    /// Whether the last violation of the list is that of the rule that was called last.
    has_failed: bool,
}

impl<'v, T: ?Sized, C: Copy> Checker<'v, T, C> {
    pub(super) const fn new(
        list: &'v mut ViolationList,
        (parent, field): (&'v RulePath<'v>, Option<&'static str>),
        context: C,
        value: &'v T,
    ) -> Self {
        Self { list, parent, field, context, value, has_failed: false }
    }

    /// Returns the collector of the value's place.
    fn violations(&mut self) -> Violations<'_, C> {
        let path = match self.field {
            Some(name) => RulePath::Below(self.parent, RuleStep::Field(Cow::Borrowed(name))),
            None => self.parent.clone(),
        };
        Violations { list: &mut *self.list, path, context: self.context }
    }

    /// Checks a rule unless the list is full, and reports it if it fails.
    fn rule(&mut self, holds: impl FnOnce(&T) -> bool, rule: impl FnOnce() -> Rule) -> &mut Self {
        self.has_failed = !self.list.is_full() && !holds(self.value);
        if self.has_failed {
            self.violations().push(rule());
        }
        self
    }
}

/// The rules.
impl<T: ?Sized, C: Copy> Checker<'_, T, C> {
    /// Requires a value: an `Option` must be `Some`; a text or a collection must not be empty. The
    /// code is `required`.
    pub fn required(&mut self) -> &mut Self
    where
        T: CheckRequired,
    {
        self.rule(|value| !value.is_missing(), Rule::required)
    }

    /// Requires a number within `range`. The code is `range`, with the params `min` and `max`, or
    /// `exclusive_min` and `exclusive_max` for bounds that are not included. A bound over 64 bits is
    /// a text in the params.
    pub fn range(&mut self, range: impl RangeBounds<T::Number>) -> &mut Self
    where
        T: CheckRange,
    {
        let holds = |value: &T| value.number().is_none_or(|number| range.contains(&number));
        self.rule(holds, || Rule::range(Bounds::with(&range, T::param)))
    }

    /// Requires a length within `range`: of characters for a text, of items for a collection. The
    /// code is `length`, with the params `min` and `max`.
    pub fn length(&mut self, range: impl RangeBounds<usize>) -> &mut Self
    where
        T: CheckLength,
    {
        let holds = |value: &T| value.length().is_none_or(|length| range.contains(&length));
        let counted = if T::IS_TEXT { Counted::Characters } else { Counted::Items };
        self.rule(holds, || Rule::length(Length::new(counted, &range)))
    }

    /// Requires a text or an integer to be one of `expected`. The code is `one_of`, with the param
    /// `expected`, so clients read all of them.
    pub fn one_of<V>(&mut self, expected: impl IntoIterator<Item = V, IntoIter: Clone>) -> &mut Self
    where
        T: CheckOneOf<V>,
        V: Into<Value>,
    {
        let expected = expected.into_iter();
        let known = expected.clone();
        let rule = || Rule::one_of(expected.map(Into::into).collect());
        self.rule(|value| value.is_one_of(known), rule)
    }

    /// Checks the value's own [`Rules`](super::Rules), with the same context.
    pub fn nested<M>(&mut self) -> &mut Self
    where
        T: CheckNested<C, M>,
    {
        self.has_failed = false;
        self.value.check_nested(&mut self.violations());
        self
    }

    /// Checks the own [`Rules`](super::Rules) of every item of a list or a set, and of every value
    /// of a map whose keys are texts, with the same context. It stops after 1,000 violations.
    ///
    /// The place of an item is its index, that of a map's value is its key.
    pub fn each(&mut self) -> &mut Self
    where
        T: CheckEach<C>,
    {
        self.has_failed = false;
        self.value.check_each(&mut self.violations());
        self
    }

    /// Checks the given rules on every item of a list or a set, and on every value of a map whose
    /// keys are texts. It is for items without [`Rules`](super::Rules) of their own, such as texts
    /// and numbers, and stops after 1,000 violations.
    ///
    /// The place of an item is its index, that of a map's value is its key.
    ///
    /// ```
    /// # use definable_errors::extract::{Rules, Violations};
    /// # struct Article { tags: Vec<String>, matrix: Vec<Vec<u8>> }
    /// impl Rules for Article {
    ///     fn check(&self, _: (), violations: &mut Violations<'_>) {
    ///         violations
    ///             .field("tags", &self.tags)
    ///             .length(..=10)
    ///             .each_with(|tag| tag.length(1..=20)); // `#/tags/3`
    ///         violations.field("matrix", &self.matrix).each_with(|row| {
    ///             row.length(3..=3).each_with(|cell| cell.range(..=100)) // `#/matrix/1/2`
    ///         });
    ///     }
    /// }
    /// ```
    pub fn each_with<F>(&mut self, mut rules: F) -> &mut Self
    where
        T: CheckItems,
        F: for<'a, 'b> FnMut(&'a mut Checker<'b, T::Item, C>) -> &'a mut Checker<'b, T::Item, C>,
    {
        self.has_failed = false;
        let check = |item: &mut Checker<'_, T::Item, C>| {
            rules(item);
        };
        self.value.check_items(&mut self.violations(), check);
        self
    }
}

/// What the last rule reports if it failed.
impl<T: ?Sized, C: Copy> Checker<'_, T, C> {
    /// Replaces the detail, as [`ViolationBuilder::detail`] does.
    pub fn detail(&mut self, detail: impl Into<Cow<'static, str>>) -> &mut Self {
        self.if_failed(|violation| violation.detail(detail))
    }

    /// Adds a param, as [`ViolationBuilder::param`] does.
    pub fn param(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> &mut Self {
        self.if_failed(|violation| violation.param(name, value))
    }

    /// Declares that the rule compares the value with other fields, as
    /// [`ViolationBuilder::depends_on_siblings`] does.
    ///
    /// ```
    /// # use definable_errors::extract::{Rules, Violations};
    /// # struct Search { min_price: u32, max_price: u32 }
    /// impl Rules for Search {
    ///     fn check(&self, _: (), violations: &mut Violations<'_>) {
    ///         violations.field("max_price", &self.max_price).range(self.min_price..).depends_on_siblings();
    ///     }
    /// }
    /// ```
    pub fn depends_on_siblings(&mut self) -> &mut Self {
        self.if_failed(ViolationBuilder::depends_on_siblings)
    }

    fn if_failed(
        &mut self,
        change: impl FnOnce(&mut ViolationBuilder) -> &mut ViolationBuilder,
    ) -> &mut Self {
        if let Some(violation) = self.list.last_mut().filter(|_| self.has_failed) {
            change(violation);
        }
        self
    }
}

/// It omits the value, which a client submitted.
impl<T: ?Sized, C> fmt::Debug for Checker<'_, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Checker");
        debug.field("in", &self.parent.steps()).field("field", &self.field).finish_non_exhaustive()
    }
}
