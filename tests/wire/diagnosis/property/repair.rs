//! Repairs of an input as a client would make them: exactly the places in the violations change.

use std::fmt;

use super::json::Json;
use super::schema::Schema;
use super::spot::Spot;
use super::tape::Tape;

/// A violation as a client receives it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Reported {
    pub(super) path: Vec<String>,
    pub(super) code: String,
}

impl Reported {
    pub(super) fn new(pointer: &str, code: &str) -> Self {
        let path = pointer.trim_start_matches('#').split('/').skip(1);
        let path = path.map(|token| decoded(token).replace("~1", "/").replace("~0", "~"));
        Self { path: path.collect(), code: code.to_owned() }
    }

    /// Returns whether the place of `other` is inside of this one.
    pub(super) fn contains(&self, other: &Self) -> bool {
        other.path.starts_with(&self.path)
    }
}

fn decoded(token: &str) -> String {
    percent_encoding::percent_decode_str(token).decode_utf8().unwrap().into_owned()
}

/// Puts a good value at the place of a violation. Returns an error if there is no such place.
pub(super) fn repair(schema: &Schema, body: &mut Json, reported: &Reported) -> Result<(), String> {
    match reported.path.split_last() {
        None => *body = Spot::id(0).good(schema, &mut Tape::empty(), 0),
        Some((last, way)) => {
            let mut count = 0;
            walk(schema, Spot::id(0), body, way, &mut |spot, parent| {
                count += usize::from(repair_child(schema, spot, parent, last, &reported.code));
            });
            if count == 0 {
                return Err(format!("{reported:?} names no place"));
            }
        }
    }
    Ok(())
}

/// Visits every value at the end of a path; duplicate names lead to several.
fn walk(
    schema: &Schema,
    spot: Spot<'_>,
    value: &mut Json,
    way: &[String],
    found: &mut dyn FnMut(Spot<'_>, &mut Json),
) {
    let Some((token, rest)) = way.split_first() else {
        return found(spot, value);
    };
    let Some(next) = spot.step(schema, value, token) else {
        return;
    };
    match value {
        Json::Object(members) => {
            for (_, child) in members.iter_mut().filter(|(name, _)| name == token) {
                walk(schema, next, child, rest, found);
            }
        }
        Json::Array(elements) => {
            let index = token.parse().ok();
            if let Some(child) = index.and_then(|index: usize| elements.get_mut(index)) {
                walk(schema, next, child, rest, found);
            }
        }
        _ => {}
    }
}

/// Repairs a child and returns whether there was anything to repair.
fn repair_child(
    schema: &Schema,
    spot: Spot<'_>,
    parent: &mut Json,
    name: &str,
    code: &str,
) -> bool {
    let next = spot.step(schema, parent, name);
    let good = || next.map(|next| next.good(schema, &mut Tape::empty(), 4));
    let is_it = |known: &str| known == name || spot.is_same_field(schema, name, known);
    let is_there = |members: &[(String, Json)]| members.iter().any(|(known, _)| is_it(known));
    match (parent, code) {
        (Json::Object(members), "required") => match good() {
            Some(good) if !is_there(members) => {
                members.push((name.to_owned(), good));
                true
            }
            _ => false,
        },
        (Json::Object(members), "unknown_field") => {
            let before = members.len();
            members.retain(|(known, _)| known != name);
            members.len() < before
        }
        (Json::Object(members), "duplicate") => {
            let before = members.len();
            let is_alone = members.iter().all(|(known, _)| known == name || !is_it(known));
            let first = members.iter().position(|(known, _)| is_it(known)).filter(|_| is_alone);
            let mut at = 0..;
            members.retain(|(known, _)| at.next() == first || known != name);
            members.len() < before
        }
        (Json::Object(members), _) if spot.refuses_key(schema, name) => {
            let before = members.len();
            members.retain(|(known, _)| known != name);
            members.len() < before
        }
        (Json::Object(members), _) => {
            let mut count = 0;
            for (_, child) in members.iter_mut().filter(|(known, _)| known == name) {
                let Some(good) = good() else { return false };
                *child = good;
                count += 1;
            }
            count > 0
        }
        (Json::Array(elements), _) => {
            let child = name.parse().ok().and_then(|index: usize| elements.get_mut(index));
            let (Some(child), Some(good)) = (child, good()) else { return false };
            *child = good;
            true
        }
        _ => false,
    }
}

impl fmt::Debug for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{} {}", self.path.join("/"), self.code)
    }
}
