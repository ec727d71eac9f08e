use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;

use super::diagnosis::Step;
use super::origin::{Origin, Token};
use super::rename::is_renamed;
use crate::problem::Place;

/// The names of a type's own fields, for values that are good: no tree and no diagnosis is needed to
/// find those in the input.
pub(crate) struct RootNames {
    origin: Origin,
    fields: &'static [&'static str],
}

impl RootNames {
    /// `None` for a type that does not show its fields at once, and for headers, whose names are as
    /// they were sent.
    pub(crate) fn of<'de, T: Deserialize<'de>>(origin: Origin) -> Option<Self> {
        let mut fields = None;
        let probe = Probe { fields: &mut fields, of: PhantomData };
        drop(T::deserialize(probe));
        fields.filter(|_| origin != Origin::Header).map(|fields| Self { origin, fields })
    }

    /// The client's place for the whole or for a field of it, and which field it is. `None` where only
    /// a diagnosis can tell.
    pub(crate) fn locate(&self, path: &[Step<'_>]) -> Option<(usize, Place)> {
        let field = match path {
            [] => return Some((0, self.origin.place(&[]))),
            [Step::Field(field)] => *field,
            _ => return None,
        };
        let mut hits = self.fields.iter().enumerate().filter(|(_, name)| is_renamed(field, name));
        let ((at, name), None) = (hits.next()?, hits.next()) else {
            return None;
        };
        Some((at + 1, self.origin.place(&[Token::Key((*name).to_owned())])))
    }
}

/// Looks at the first thing that a type asks for, and gives it nothing.
struct Probe<'f, 'de> {
    fields: &'f mut Option<&'static [&'static str]>,
    of: PhantomData<&'de ()>,
}

#[derive(Debug)]
struct Nothing;

impl<'de> Deserializer<'de> for Probe<'_, 'de> {
    type Error = Nothing;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Nothing> {
        Err(Nothing)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Nothing> {
        *self.fields = Some(fields);
        Err(Nothing)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Nothing> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was there")
    }
}

impl std::error::Error for Nothing {}

impl Error for Nothing {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}
