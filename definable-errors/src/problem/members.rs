use std::borrow::Cow;
use std::fmt;

use serde_json::Value;

use super::{List, name};

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

#[cfg(test)]
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
}
