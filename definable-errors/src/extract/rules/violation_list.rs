//! The list that a collector fills.

use super::super::refusals::invalid_in_part;
use super::super::source::Source;
use super::path::RulePath;
use super::rule::Rule;
use super::violation_builder::ViolationBuilder;
use super::{Rules, Violations};
use crate::diagnosis::{Diagnosis, Order, RootNames, WirePath};
use crate::error::ApiError;
use crate::problem::Violation;

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
