//! The collector that rules report to, and the list that it fills.

use std::borrow::Cow;
use std::fmt;

use super::super::refusals::invalid_in_part;
use super::super::source::Source;
#[cfg(feature = "garde")]
use super::garde_rules::broken_rules;
use super::rule::Rule;
#[cfg(feature = "garde")]
use super::violation_builder::Steps;
use super::violation_builder::{RulePath, RuleStep, ViolationBuilder};
use super::{Checker, Rules};
use crate::diagnosis::{Diagnosis, Order, RootNames, WirePath};
use crate::error::ApiError;
use crate::problem::Violation;

/// A collector for the violations of a value: it checks rules, and takes reports of those that it
/// cannot check.
///
/// Places are given by their names in Rust; clients read the names that they sent.
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
///         violations.field("guests", &self.guests).length(1..=4).each();
///         if self.last_night < self.first_night {
///             violations.report_value().code("ends_before_start").detail("must not end before it starts");
///         }
///     }
/// }
///
/// impl Rules for Guest {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations.field("name", &self.name).length(1..);
///     }
/// }
/// ```
///
/// `C` is the context that the rules receive, such as `&Limits`. [`Checker::each`] and
/// [`Checker::nested`] pass it on.
///
/// A response contains at most 100 violations. After 1,000 of them no other rule is checked.
pub struct Violations<'v, C = ()> {
    pub(super) list: &'v mut ViolationList,
    pub(super) path: RulePath<'v>,
    pub(super) context: C,
}

/// Methods that check rules.
impl<C: Copy> Violations<'_, C> {
    /// Returns a checker for the field `name`, which is its name in Rust.
    #[must_use = "nothing is checked until a rule is called"]
    pub fn field<'k, T: ?Sized>(
        &'k mut self,
        name: &'static str,
        value: &'k T,
    ) -> Checker<'k, T, C> {
        Checker::new(self.list, (&self.path, Some(name)), self.context, value)
    }

    /// Returns a checker for `value`, whose violations are about the value as a whole. It is for a
    /// type that wraps a single value, and for the items of [`at_index`](Self::at_index) and
    /// [`at_key`](Self::at_key).
    ///
    /// ```
    /// # use definable_errors::extract::{Rules, Violations};
    /// struct Percentage(u8);
    ///
    /// impl Rules for Percentage {
    ///     fn check(&self, _: (), violations: &mut Violations<'_>) {
    ///         violations.value(&self.0).range(..=100);
    ///     }
    /// }
    /// ```
    #[must_use = "nothing is checked until a rule is called"]
    pub fn value<'k, T: ?Sized>(&'k mut self, value: &'k T) -> Checker<'k, T, C> {
        Checker::new(self.list, (&self.path, None), self.context, value)
    }

    /// Returns the collector with another context, for nested rules that need another one.
    ///
    /// ```
    /// # use definable_errors::extract::{Rules, Violations};
    /// # struct Limits;
    /// # struct Room;
    /// # impl Rules for Room { fn check(&self, _: (), _: &mut Violations<'_>) {} }
    /// # struct Booking { room: Room }
    /// impl Rules<&Limits> for Booking {
    ///     fn check(&self, _: &Limits, violations: &mut Violations<'_, &Limits>) {
    ///         violations.with_context(()).field("room", &self.room).nested(); // no limits
    ///     }
    /// }
    /// ```
    pub fn with_context<D>(&mut self, context: D) -> Violations<'_, D> {
        Violations { list: &mut *self.list, path: self.path.clone(), context }
    }

    /// Checks a value at this place against the rules that it derives from `garde`.
    #[cfg(feature = "garde")]
    pub fn check_garde<T: garde::Validate>(&mut self, value: &T, context: &T::Context) {
        for (inner, rule) in broken_rules(value, context) {
            let mut steps = self.steps();
            steps.extend(inner);
            self.list.push(ViolationBuilder { path: Steps::Many(steps), rule });
        }
    }
}

/// Methods that report what no built-in rule can check.
impl<C: Copy> Violations<'_, C> {
    /// Reports a violation of the field `name`, which is its name in Rust. Its code is `invalid`
    /// unless the builder sets another one.
    ///
    /// ```
    /// # use definable_errors::extract::{Rules, Violations};
    /// # struct SignUp { email: String, nickname: String }
    /// impl Rules for SignUp {
    ///     fn check(&self, _: (), violations: &mut Violations<'_>) {
    ///         if !self.email.contains('@') {
    ///             violations.report("email").email();
    ///         }
    ///         if self.nickname.starts_with("admin") {
    ///             violations.report("nickname").code("reserved").detail("must not start with `admin`");
    ///         }
    ///     }
    /// }
    /// ```
    pub fn report(&mut self, name: &'static str) -> &mut ViolationBuilder {
        let path = RulePath::Below(&self.path, RuleStep::Field(Cow::Borrowed(name)));
        self.list.report(&path, Rule::invalid())
    }

    /// Reports a violation of the value as a whole, such as one that two fields cause together. Its
    /// code is `invalid` unless the builder sets another one.
    pub fn report_value(&mut self) -> &mut ViolationBuilder {
        self.push(Rule::invalid())
    }
}

/// Methods that select a place.
impl<'v, C: Copy> Violations<'v, C> {
    /// Returns the collector of the field `name`: what it checks and reports is inside that field.
    ///
    /// ```
    /// # use definable_errors::extract::{Rules, Violations};
    /// # struct Address { city: String }
    /// # struct Order { address: Address, tags: Vec<String> }
    /// impl Rules for Order {
    ///     fn check(&self, _: (), violations: &mut Violations<'_>) {
    ///         violations.at_field("address").field("city", &self.address.city).length(1..);
    ///         let mut tags = violations.at_field("tags");
    ///         for (index, tag) in self.tags.iter().enumerate() {
    ///             tags.at_index(index).value(tag).length(1..=20);
    ///         }
    ///     }
    /// }
    /// ```
    pub fn at_field(&mut self, name: &'static str) -> Violations<'_, C> {
        self.below(RuleStep::Field(Cow::Borrowed(name)))
    }

    /// Returns the collector of the item at `index` of this list.
    pub fn at_index(&mut self, index: usize) -> Violations<'_, C> {
        self.below(RuleStep::Index(index))
    }

    /// Returns the collector of the value at `key` of this map.
    pub fn at_key<'k>(&'k mut self, key: &'k str) -> Violations<'k, C> {
        self.below(RuleStep::Key(Cow::Borrowed(key)))
    }

    pub(super) fn below<'k>(&'k mut self, step: RuleStep<'k>) -> Violations<'k, C>
    where
        'v: 'k,
    {
        Violations {
            list: &mut *self.list,
            path: RulePath::Below(&self.path, step),
            context: self.context,
        }
    }
}

/// What checkers and adapters need.
impl<'v, C: Copy> Violations<'v, C> {
    pub(super) const fn new(list: &'v mut ViolationList, context: C) -> Self {
        Self { list, path: RulePath::Root, context }
    }

    pub(super) fn check<T: Rules<C> + ?Sized>(&mut self, value: &T) {
        value.check(self.context, self);
    }

    pub(super) fn check_items<'t, T>(&mut self, items: impl IntoIterator<Item = &'t T>)
    where
        T: Rules<C> + 't,
    {
        self.each_item(items, |mut at, item| at.check(item));
    }

    pub(super) fn check_entries<'t, K, T>(
        &mut self,
        entries: impl IntoIterator<Item = (&'t K, &'t T)>,
    ) where
        K: AsRef<str> + 't,
        T: Rules<C> + 't,
    {
        self.each_entry(entries, |mut at, value| at.check(value));
    }

    /// Visits the items with the collectors of their places, until the list is full.
    pub(super) fn each_item<'t, T: 't>(
        &mut self,
        items: impl IntoIterator<Item = &'t T>,
        mut visit: impl FnMut(Violations<'_, C>, &T),
    ) {
        for (index, item) in items.into_iter().enumerate() {
            if self.list.is_full() {
                return;
            }
            visit(self.at_index(index), item);
        }
    }

    /// Visits the values with the collectors of their places, until the list is full.
    pub(super) fn each_entry<'t, K: AsRef<str> + 't, T: 't>(
        &mut self,
        entries: impl IntoIterator<Item = (&'t K, &'t T)>,
        mut visit: impl FnMut(Violations<'_, C>, &T),
    ) {
        for (key, value) in entries {
            if self.list.is_full() {
                return;
            }
            visit(self.at_key(key.as_ref()), value);
        }
    }

    /// Returns the steps to this place, from the outside in.
    #[cfg(feature = "garde")]
    pub(super) fn steps(&self) -> Vec<RuleStep<'static>> {
        self.path.to_vec()
    }

    pub(super) fn push(&mut self, rule: Rule) -> &mut ViolationBuilder {
        self.list.report(&self.path, rule)
    }
}

impl<C> fmt::Debug for Violations<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violations").field("at", &self.path.steps()).finish_non_exhaustive()
    }
}

/// The violations of a value, in the order in which they were reported.
#[derive(Debug, Default)]
pub(in crate::extract) struct ViolationList {
    violations: Vec<ViolationBuilder>,
}

impl ViolationList {
    /// More than a response contains, because those about placeholders are dropped.
    const MOST: usize = 1_000;

    pub(in crate::extract) fn of<T: Rules<C>, C: Copy>(value: &T, context: C) -> Self {
        let mut list = Self::default();
        value.check(context, &mut list.violations(context));
        list
    }

    /// Returns the collector that rules report to.
    pub(in crate::extract) const fn violations<C: Copy>(
        &mut self,
        context: C,
    ) -> Violations<'_, C> {
        Violations::new(self, context)
    }

    /// Whether further violations would be dropped.
    pub(super) fn is_full(&self) -> bool {
        self.violations.len() > Self::MOST
    }

    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    /// Overwrites the last violation if there are too many: it only signals that there are more.
    pub(super) fn push(&mut self, violation: ViolationBuilder) -> &mut ViolationBuilder {
        self.violations.truncate(Self::MOST);
        self.violations.push(violation);
        self.violations.last_mut().expect("one was just pushed")
    }

    /// Reports a rule at the place `path`.
    pub(super) fn report(&mut self, path: &RulePath<'_>, rule: Rule) -> &mut ViolationBuilder {
        self.push(ViolationBuilder { path: path.steps(), rule })
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut ViolationBuilder> {
        self.violations.last_mut()
    }
}

/// The conversion to violations.
impl ViolationList {
    /// Places the violations where the client finds them, without those about placeholders.
    pub(in crate::extract) fn located<T>(
        self,
        diagnosis: &Diagnosis<'_, T>,
    ) -> Vec<(Order, Violation)> {
        let violations = self.violations.into_iter();
        violations.filter_map(|violation| violation.into_violation(diagnosis)).collect()
    }

    /// Makes the error for the first violation of a readable value that is too large for a
    /// diagnosis.
    pub(in crate::extract) fn first_located(self, source: &Source) -> ApiError {
        let input = WirePath::new(source.origin(), source.bytes());
        invalid_in_part(
            self.violations.into_iter().take(1).map(|violation| violation.found_in(&input)),
        )
    }

    /// Places the violations of a readable value, in the order of its type. Returns `self` if that takes a
    /// diagnosis.
    pub(in crate::extract) fn at_root(
        self,
        names: RootNames,
    ) -> Result<impl Iterator<Item = Violation>, Self> {
        let mut fields = Vec::with_capacity(self.violations.len());
        for violation in &self.violations {
            match violation.field().and_then(|field| names.field(field)) {
                Some(field) => fields.push(field),
                None => return Err(self),
            }
        }
        let mut placed: Vec<_> = fields.into_iter().zip(self.violations).collect();
        placed.sort_by_key(|(field, _)| *field);
        Ok(placed.into_iter().map(move |(field, it)| it.rule.at(names.place(field))))
    }
}

#[cfg(test)]
impl IntoIterator for ViolationList {
    type Item = ViolationBuilder;
    type IntoIter = std::vec::IntoIter<ViolationBuilder>;

    fn into_iter(self) -> Self::IntoIter {
        self.violations.into_iter()
    }
}
