use std::borrow::Cow;
use std::ops::Deref;
use std::slice;

use crate::diagnosis::Step;

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

    pub(super) fn as_step(&self) -> Step<'_> {
        match self {
            Self::Field(name) => Step::Field(name),
            Self::Index(index) => Step::Index(*index),
            Self::Key(key) => Step::Key(key),
        }
    }
}
