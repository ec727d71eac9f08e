//! The names of the fields of a type itself.

use serde::Deserialize;

use super::field_names::field_names;
use super::rename::is_renamed;
use crate::diagnosis::input::Origin;
use crate::problem::Place;

/// The names of the fields of a type, with which the places of a valid value are found without a tree
/// and without a diagnosis.
pub(crate) struct RootNames {
    origin: Origin,
    fields: &'static [&'static str],
}

impl RootNames {
    /// Returns `None` for a type that does not request its fields first, and for headers, whose names
    /// are as they were sent.
    pub(crate) fn of<'de, T: Deserialize<'de>>(origin: Origin) -> Option<Self> {
        let fields = field_names::<T>().filter(|_| origin != Origin::Header)?;
        Some(Self { origin, fields })
    }

    /// Returns the number of a field by its name in Rust; the number of the whole value, whose name is
    /// empty, is 0. Returns `None` if only a diagnosis can find the field.
    pub(crate) fn field(&self, field: &str) -> Option<usize> {
        if field.is_empty() {
            return Some(0);
        }
        let is_it = |at: &usize| is_renamed(field, self.fields[*at]);
        let mut hits = (0..self.fields.len()).filter(is_it);
        match (hits.next(), hits.next()) {
            (Some(only), None) => Some(only + 1),
            _ => None,
        }
    }

    /// Returns the client's place for a field.
    pub(crate) fn place(&self, field: usize) -> Place {
        match field.checked_sub(1).and_then(|at| self.fields.get(at)) {
            Some(name) => self.origin.place_of(name),
            None => match self.fields {
                [only] => self.origin.place_of(only),
                _ => self.origin.place(&[]),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only its names are read")]
    struct Order {
        first_name: String,
        #[serde(rename = "other")]
        own: u8,
        qty: u8,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its names are read")]
    struct Around(Order);

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only its names are read")]
    struct Flat {
        qty: u8,
        #[serde(flatten)]
        rest: HashMap<String, u8>,
    }

    #[test]
    fn fields_have_their_names_on_the_wire() {
        let names = RootNames::of::<Around>(Origin::Body).unwrap();
        let place = |field| names.field(field).map(|at| names.place(at));
        assert_eq!(place("first_name"), Some(Place::Body("#/firstName".into())));
        assert_eq!(place("qty"), Some(Place::Body("#/qty".into())));
        assert_eq!(place(""), Some(Place::Body("#".into())));
        assert_eq!(place("own"), None);
    }

    #[test]
    fn types_without_own_fields_need_a_diagnosis() {
        assert!(RootNames::of::<Flat>(Origin::Body).is_none());
        assert!(RootNames::of::<Vec<Order>>(Origin::Body).is_none());
        assert!(RootNames::of::<Order>(Origin::Header).is_none());
    }
}
