//! Extension members of a problem.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
#[cfg(feature = "rate-limit")]
use std::sync::Arc;

use serde_json::Value;

use super::name;

/// Extension members in the order in which they were added (RFC 9457 §3.2).
#[derive(Clone, PartialEq)]
pub struct Members(List<(Cow<'static, str>, Value)>);

impl Members {
    /// An empty list of members.
    pub const EMPTY: Self = Self(List::EMPTY);

    /// Adds a member, or replaces the one with the same name.
    ///
    /// # Errors
    ///
    /// Returns an error if `name` is not a legal member name.
    pub fn insert(&mut self, name: Cow<'static, str>, value: Value) -> Result<(), MemberError> {
        if !name::is_member(&name) {
            return Err(MemberError(name));
        }
        let own = self.0.own();
        match own.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => own.push((name, value)),
        }
        Ok(())
    }

    /// Creates one member of the contract, whose name is reserved. Clones share it.
    #[cfg(feature = "rate-limit")]
    pub(super) fn of_own(name: &'static str, value: Value) -> Self {
        Self(List::shared(vec![(Cow::Borrowed(name), value)]))
    }

    /// Returns the value of the member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Iterates over names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Members {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The error for an illegal member name: too short, malformed, or used by the body itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberError(Cow<'static, str>);

impl fmt::Display for MemberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a member is a letter, then letters, digits or _, three or more, and not reserved: {:?}",
            self.0
        )
    }
}

impl std::error::Error for MemberError {}

/// A list that is owned, or shared by clones until one of them adds to it.
#[derive(Debug, Clone)]
pub(crate) struct List<T>(Items<T>);

#[derive(Debug, Clone)]
enum Items<T> {
    Own(Vec<T>),
    #[cfg(feature = "rate-limit")]
    Shared(Arc<[T]>),
}

impl<T> List<T> {
    pub(crate) const EMPTY: Self = Self(Items::Own(Vec::new()));

    /// Creates a list that is shared by the responses to many clients.
    #[cfg(feature = "rate-limit")]
    pub(crate) fn shared(items: Vec<T>) -> Self {
        Self(Items::Shared(items.into()))
    }
}

impl<T: Clone> List<T> {
    pub(crate) fn push(&mut self, item: T) {
        self.own().push(item);
    }

    /// Returns the list for modification; a shared one is copied first.
    pub(crate) fn own(&mut self) -> &mut Vec<T> {
        #[cfg(feature = "rate-limit")]
        if let Items::Shared(shared) = &self.0 {
            self.0 = Items::Own(shared.to_vec());
        }
        match &mut self.0 {
            Items::Own(own) => own,
            #[cfg(feature = "rate-limit")]
            Items::Shared(_) => unreachable!("it was copied"),
        }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Items::Own(own) => own,
            #[cfg(feature = "rate-limit")]
            Items::Shared(shared) => shared,
        }
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(all(test, feature = "rate-limit"))]
mod tests {
    use super::*;

    #[test]
    fn a_second_value_replaces_the_first() {
        let mut members = Members::default();
        members.insert("limit".into(), 1.into()).unwrap();
        members.insert("limit".into(), 2.into()).unwrap();
        assert_eq!(members.iter().collect::<Vec<_>>(), [("limit", &Value::from(2))]);
    }

    #[test]
    fn the_body_keeps_its_own_names() {
        let refused = Members::default().insert("status".into(), 200.into());
        assert!(refused.unwrap_err().to_string().ends_with("not reserved: \"status\""));
    }

    #[test]
    fn a_clone_that_is_changed_leaves_the_others_alone() {
        let shared = List::shared(vec![1]);
        let mut changed = shared.clone();
        changed.push(2);
        assert_eq!((&*shared, &*changed), (&[1][..], &[1, 2][..]));
    }

    #[test]
    fn members_are_counted_and_compared() {
        let mut members = Members::default();
        assert_eq!((members.is_empty(), members.len()), (true, 0));
        members.insert("limit".into(), 1.into()).unwrap();
        members.insert("rest".into(), 2.into()).unwrap();
        assert!(!members.is_empty() && members.len() == 2);
        let mut others = members.clone();
        assert_eq!(members, others);
        others.insert("rest".into(), 3.into()).unwrap();
        assert_ne!(members, others);
    }
}
