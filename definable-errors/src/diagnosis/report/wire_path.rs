//! Paths into a value in the names of Rust, and the place of a path in an input of which there is no
//! tree.
//!
//! The text is read again for every step that has to be left out, so the memory does not grow with the
//! input.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::rename::is_renamed;
use crate::diagnosis::input::{NodeId, Origin, Token};
use crate::problem::Place;

/// One step into a value, in the names of Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'s> {
    Field(&'s str),
    Index(usize),
    Key(&'s str),
}

/// The place in the client's input to which a path leads.
#[derive(Debug, PartialEq)]
pub(crate) struct Located {
    /// The place itself, or the nearest one above it that has a name.
    pub(crate) place: Place,
    /// The order of the place in the input.
    pub(crate) order: Order,
    /// The name of the field in Rust, if the place is only that of its parent.
    pub(crate) unnamed: Option<String>,
    /// Whether the value there is a placeholder, wholly or in part. Rules that it breaks must not be
    /// reported.
    pub(crate) is_placeholder: bool,
}

/// The order of the input. What is missing comes after everything that its object has, in the order of
/// the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Order(pub(super) NodeId, pub(super) Option<usize>);

/// The text of an input in which places are searched.
pub(crate) struct WirePath<'i> {
    origin: Origin,
    text: &'i [u8],
}

/// The place of a path.
#[derive(Debug, PartialEq)]
pub(crate) struct Found {
    /// The place at the end of the path, or the last one that exists.
    pub(crate) place: Place,
    /// Whether every step exists.
    pub(crate) is_whole: bool,
    /// Whether the value there is an object.
    pub(crate) is_object: bool,
    /// The last field of the path, if it has no name in the input.
    pub(crate) unnamed: Option<String>,
}

impl<'i> WirePath<'i> {
    pub(crate) const fn new(origin: Origin, text: &'i [u8]) -> Self {
        Self { origin, text }
    }

    /// Returns the place of the whole input.
    pub(crate) fn whole(&self) -> Place {
        self.origin.place(&[])
    }

    /// Follows the client's names, and appends a member that need not exist.
    pub(crate) fn follow(&self, steps: &[Step<'_>], member: Option<&str>) -> Found {
        let mut walk = self.walk(steps);
        let is_whole = walk.tokens.len() == steps.len();
        if let (true, Some(member)) = (is_whole && walk.is_object, member) {
            walk.tokens.push(Token::Key(member.to_owned()));
        }
        let place = self.origin.place(&walk.tokens);
        Found { place, is_whole, is_object: walk.is_object, unnamed: None }
    }

    /// Follows the names of Rust. A step that does not exist in the input is left out: a flattened field,
    /// a variant, the field of a newtype.
    pub(crate) fn locate(&self, steps: &[Step<'_>]) -> Found {
        let mut steps = steps.to_vec();
        let mut unnamed = None;
        loop {
            let walk = self.walk(&steps);
            let found = walk.tokens.len();
            if found == steps.len() {
                let (place, is_object) = (self.origin.place(&walk.tokens), walk.is_object);
                return Found { place, is_whole: unnamed.is_none(), is_object, unnamed };
            }
            let is_last = found + 1 == steps.len();
            match steps.remove(found) {
                Step::Field(name) | Step::Key(name) if is_last => unnamed = Some(name.to_owned()),
                _ => {}
            }
        }
    }

    fn walk(&self, steps: &[Step<'_>]) -> Walked {
        let mut walked = Walked { tokens: Vec::new(), is_object: false };
        match self.origin {
            Origin::Body => {
                let mut reader = serde_json::Deserializer::from_slice(self.text);
                let walk = Walk { steps, walked: &mut walked };
                // It ends where the path does, which is an error for the reader.
                let _ = walk.deserialize(&mut reader);
            }
            _ => self.walk_pairs(steps, &mut walked),
        }
        walked
    }

    /// Follows the path in pairs, where all texts of one name are a list.
    fn walk_pairs(&self, steps: &[Step<'_>], walked: &mut Walked) {
        let Some(first) = steps.first() else {
            walked.is_object = true;
            return;
        };
        let Some(name) =
            form_urlencoded::parse(self.text).map(|(name, _)| name).find(|it| is_name(first, it))
        else {
            return;
        };
        walked.tokens.push(Token::Key(name.into_owned()));
        if let Some(Step::Index(index)) = steps.get(1) {
            walked.tokens.push(Token::Index(*index));
        }
    }
}

#[derive(Debug)]
struct Walked {
    tokens: Vec<Token>,
    /// Whether the last of them leads to an object.
    is_object: bool,
}

/// One step of a path through JSON, and those after it.
struct Walk<'w, 's> {
    steps: &'w [Step<'s>],
    walked: &'w mut Walked,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.walked.is_object = false;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.walked.is_object = true;
        let Some((first, rest)) = self.steps.split_first() else {
            return Ok(());
        };
        while let Some(key) = map.next_key_seed(Named(first))? {
            match key {
                Some(key) => {
                    self.walked.tokens.push(Token::Key(key));
                    return map.next_value_seed(Walk { steps: rest, walked: self.walked });
                }
                None => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some((Step::Index(index), rest)) = self.steps.split_first() else {
            return Ok(());
        };
        for _ in 0..*index {
            if seq.next_element::<IgnoredAny>()?.is_none() {
                return Ok(());
            }
        }
        self.walked.tokens.push(Token::Index(*index));
        if seq.next_element_seed(Walk { steps: rest, walked: self.walked })?.is_none() {
            self.walked.tokens.pop();
        }
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Reads a key, and returns it if it is the step's.
struct Named<'a, 's>(&'a Step<'s>);

impl<'de> DeserializeSeed<'de> for Named<'_, '_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Named<'_, '_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(is_name(self.0, key).then(|| key.to_owned()))
    }
}

fn is_name(step: &Step<'_>, key: &str) -> bool {
    match step {
        Step::Field(field) => is_renamed(field, key),
        Step::Key(name) => *name == key,
        Step::Index(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = r#"{"id":1,"lineItems":[{"qty":1},{"qty":2,"to":{"city":"x"}}]}"#;

    fn located(steps: &[Step<'_>]) -> (Place, Option<String>) {
        let found = WirePath::new(Origin::Body, ORDER.as_bytes()).locate(steps);
        (found.place, found.unnamed)
    }

    #[test]
    fn rust_names_lead_to_the_names_of_the_input() {
        let body = |pointer: &'static str| Place::Body(pointer.into());
        let items = Step::Field("line_items");
        let qty = [items.clone(), Step::Index(1), Step::Field("qty")];
        assert_eq!(located(&qty), (body("#/lineItems/1/qty"), None));
        let flattened = [
            items.clone(),
            Step::Index(1),
            Step::Field("address"),
            Step::Field("to"),
            Step::Field("city"),
        ];
        assert_eq!(located(&flattened), (body("#/lineItems/1/to/city"), None));
        let absent = [items, Step::Index(0), Step::Field("note")];
        assert_eq!(located(&absent), (body("#/lineItems/0"), Some("note".into())));
    }

    #[test]
    fn step_that_does_not_exist_ends_the_path() {
        let input = WirePath::new(Origin::Body, ORDER.as_bytes());
        let found = input.follow(&[Step::Key("id"), Step::Key("secret")], None);
        assert_eq!((found.place, found.is_whole), (Place::Body("#/id".into()), false));
        let found = input.follow(&[Step::Key("lineItems"), Step::Index(0)], Some("sku"));
        assert_eq!(found.place, Place::Body("#/lineItems/0/sku".into()));
        assert!(found.is_whole && found.is_object);
    }

    #[test]
    fn pairs_are_found_by_their_names() {
        let input = WirePath::new(Origin::Query, b"a=1&pageSize=2");
        let found = input.locate(&[Step::Field("page"), Step::Field("page_size")]);
        assert_eq!((found.place, found.unnamed), (Place::Query("pageSize".into()), None));
    }
}
