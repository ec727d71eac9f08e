//! The submitted input, in a form in which places can be looked up.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A nesting depth beyond what serde reads.
const DEEPEST: usize = 140;

/// A value with all of its members, including duplicates.
#[derive(Debug)]
pub(super) enum Submitted {
    List(Vec<Submitted>),
    Object(Vec<(String, Submitted)>),
    /// Neither a list nor an object, so nothing is inside.
    Plain,
    /// Nested too deeply, or with names that are no text.
    Unknown,
}

impl Submitted {
    pub(super) fn json(body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(raw) => Self::raw(raw, DEEPEST),
            Err(_) => Self::Unknown,
        }
    }

    /// Creates an object from pairs. A name may occur repeatedly, and counts as a list.
    pub(super) fn pairs<'n>(names: impl IntoIterator<Item = &'n String>) -> Self {
        let mut members: Vec<(String, Self)> = Vec::new();
        for name in names {
            match members.iter_mut().find(|(known, _)| known == name) {
                Some((_, Self::List(values))) => values.push(Self::Plain),
                _ => members.push((name.clone(), Self::List(vec![Self::Plain]))),
            }
        }
        Self::Object(members)
    }

    fn raw(raw: &RawValue, depth: usize) -> Self {
        let text = raw.get();
        let Some(depth) = depth.checked_sub(1) else { return Self::Unknown };
        match text.as_bytes().first() {
            Some(b'[') => {
                serde_json::from_str::<Vec<&RawValue>>(text).map_or(Self::Unknown, |elements| {
                    Self::List(elements.into_iter().map(|it| Self::raw(it, depth)).collect())
                })
            }
            Some(b'{') => serde_json::from_str::<Members<'_>>(text).map_or(
                Self::Unknown,
                |Members(members)| {
                    let member = |(name, value)| (name, Self::raw(value, depth));
                    Self::Object(members.into_iter().map(member).collect())
                },
            ),
            _ => Self::Plain,
        }
    }

    /// Returns whether there is a value at `path`.
    pub(super) fn has(&self, path: &[String]) -> bool {
        self.any(path, |_| true)
    }

    /// Returns whether an object lacks the last name of `path`, or a list is too short for it.
    pub(super) fn lacks(&self, path: &[String]) -> bool {
        let Some((missing, parent)) = path.split_last() else { return false };
        self.any(parent, |it| match it {
            Self::Object(members) => members.iter().all(|(name, _)| name != missing),
            Self::List(elements) => missing.parse().is_ok_and(|at: usize| at >= elements.len()),
            Self::Plain => false,
            Self::Unknown => true,
        })
    }

    /// Returns whether the names on some path exceed `bytes` bytes, including a separator for each.
    pub(super) fn is_longer_than(&self, bytes: usize) -> bool {
        let is_over = |step: usize, it: &Self| {
            bytes.checked_sub(step).is_none_or(|left| it.is_longer_than(left))
        };
        match self {
            Self::List(elements) => elements.iter().any(|it| is_over(3, it)),
            Self::Object(members) => members.iter().any(|(name, it)| is_over(1 + name.len(), it)),
            Self::Plain => false,
            Self::Unknown => true,
        }
    }

    /// Returns whether `is_so` holds for any value at `path`.
    fn any(&self, path: &[String], is_so: impl Fn(&Self) -> bool + Copy) -> bool {
        let Some((first, rest)) = path.split_first() else { return is_so(self) };
        match self {
            Self::List(elements) => first
                .parse()
                .is_ok_and(|at: usize| elements.get(at).is_some_and(|it| it.any(rest, is_so))),
            Self::Object(members) => {
                members.iter().any(|(name, it)| name == first && it.any(rest, is_so))
            }
            Self::Plain => false,
            Self::Unknown => true,
        }
    }
}

/// Returns the path in a pointer that is a URI fragment (RFC 6901 §6).
pub(super) fn path_of(pointer: &str) -> Vec<String> {
    let decoded = percent_decode_str(pointer).decode_utf8().expect("a pointer is UTF-8");
    let steps = decoded.split('/').skip(1);
    steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

struct Members<'r>(Vec<(String, &'r RawValue)>);

impl<'de: 'r, 'r> Deserialize<'de> for Members<'r> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Self)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}
