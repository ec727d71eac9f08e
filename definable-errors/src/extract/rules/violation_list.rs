use super::super::refusals::invalid_in_part;
use super::super::source::Source;
use super::path::RulePath;
use super::violation_builder::ViolationBuilder;
use super::{Rules, Violations};
use crate::diagnosis::{Diagnosis, Order, RootNames, WirePath};
use crate::error::ApiError;
use crate::problem::Violation;

/// The rules that a value breaks, in the order in which they were reported.
#[derive(Debug, Default)]
pub(in crate::extract) struct ViolationList {
    rules: Vec<ViolationBuilder>,
}

impl ViolationList {
    /// More than an answer contains, because those about placeholders are dropped.
    const MOST: usize = 1_000;

    pub(in crate::extract) fn of<T: Rules<C>, C>(value: &T, context: C) -> Self {
        let mut list = Self::default();
        value.check(context, &mut list.violations());
        list
    }

    /// Returns the collector that rules report to.
    pub(in crate::extract) const fn violations(&mut self) -> Violations<'_> {
        Violations { list: self, path: RulePath::Root }
    }

    /// Whether further broken rules would be dropped.
    pub(super) fn is_full(&self) -> bool {
        self.rules.len() > Self::MOST
    }

    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Overwrites the last rule if there are too many: it only signals that there are more.
    pub(super) fn push(&mut self, rule: ViolationBuilder) -> &mut ViolationBuilder {
        self.rules.truncate(Self::MOST);
        self.rules.push(rule);
        self.rules.last_mut().expect("one was just pushed")
    }
}

/// The conversion to violations.
impl ViolationList {
    /// Places the rules where the client finds them, without those about placeholders.
    pub(in crate::extract) fn located<T>(
        self,
        diagnosis: &Diagnosis<'_, T>,
    ) -> Vec<(Order, Violation)> {
        let rules = self.rules.into_iter();
        rules.filter_map(|broken| broken.into_violation(diagnosis)).collect()
    }

    /// Makes the error for the first broken rule of a valid value that is too large for a
    /// diagnosis.
    pub(in crate::extract) fn first_located(self, source: &Source) -> ApiError {
        let input = WirePath::new(source.origin(), source.bytes());
        invalid_in_part(self.rules.into_iter().take(1).map(|broken| broken.found_in(&input)))
    }

    /// Places the rules of a valid value, in the order of its type. Returns `self` if that takes a
    /// diagnosis.
    pub(in crate::extract) fn at_root(
        self,
        names: RootNames,
    ) -> Result<impl Iterator<Item = Violation>, Self> {
        let fields = self.rules.iter().map(|broken| names.field(broken.field()?));
        let Some(fields) = fields.collect::<Option<Vec<_>>>() else {
            return Err(self);
        };
        let mut broken: Vec<_> = fields.into_iter().zip(self.rules).collect();
        broken.sort_by_key(|(field, _)| *field);
        Ok(broken.into_iter().map(move |(field, broken)| broken.rule.at(names.place(field))))
    }
}

#[cfg(test)]
impl IntoIterator for ViolationList {
    type Item = ViolationBuilder;
    type IntoIter = std::vec::IntoIter<ViolationBuilder>;

    fn into_iter(self) -> Self::IntoIter {
        self.rules.into_iter()
    }
}
