use std::borrow::Cow;

use crate::diagnosis::Step;

/// One step into a value, in the names of Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RuleStep<'p> {
    Field(Cow<'static, str>),
    Index(usize),
    Key(Cow<'p, str>),
}

/// Where rules are being checked; it stands on the stack until one is broken.
#[derive(Debug, Clone)]
pub(super) enum RulePath<'p> {
    Root,
    Below(&'p RulePath<'p>, RuleStep<'p>),
}

impl RulePath<'_> {
    /// From the outside in.
    pub(super) fn steps(&self) -> Vec<RuleStep<'static>> {
        let mut steps = Vec::with_capacity(1);
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

    pub(super) fn as_step(&self) -> Step<'_> {
        match self {
            Self::Field(name) => Step::Field(name),
            Self::Index(index) => Step::Index(*index),
            Self::Key(key) => Step::Key(key),
        }
    }
}
