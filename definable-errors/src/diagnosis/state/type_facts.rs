//! What replays have found out about the types that read the input, such as which fields they require.

use std::collections::{HashMap, HashSet};

use super::fault::TypeId;
use crate::diagnosis::input::{NodeId, Tree};
use crate::diagnosis::serde_error::Fields;

/// What is known about the types. It holds for all objects of a type.
#[derive(Debug, Clone, Default)]
pub(crate) struct TypeFacts {
    /// Fields that a type requires.
    required: HashMap<TypeId, Vec<RequiredField>>,
    /// Types that reject unknown names.
    strict: HashSet<TypeId>,
    /// The addresses of the fields of adjacently tagged enums: the tag and the content.
    adjacent: HashSet<usize>,
}

/// A field that a type requires.
#[derive(Debug, Clone)]
struct RequiredField {
    name: &'static str,
    /// Names that were sent in objects without this field, so that they are no aliases of it.
    other_names: Vec<&'static str>,
}

impl TypeFacts {
    /// Returns the fields that a type is known to require.
    pub(crate) fn required(
        &self,
        type_id: TypeId,
    ) -> impl DoubleEndedIterator<Item = &'static str> {
        self.required_fields(type_id).iter().map(|field| field.name)
    }

    fn required_fields(&self, type_id: TypeId) -> &[RequiredField] {
        if self.required.is_empty() {
            return &[];
        }
        self.required.get(&type_id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Notes that a type requires a field. Returns `false` if that was known.
    pub(crate) fn note_required(&mut self, type_id: TypeId, field: &'static str) -> bool {
        let fields = self.required.entry(type_id).or_default();
        let is_new = fields.iter().all(|known| known.name != field);
        if is_new {
            fields.push(RequiredField { name: field, other_names: Vec::new() });
        }
        is_new
    }

    /// Notes that a type requires a field, because it reported an object without it. The names that
    /// were sent are names of other fields.
    pub(crate) fn note_required_beside(
        &mut self,
        type_id: TypeId,
        field: &'static str,
        sent: &[&'static str],
    ) {
        self.note_required(type_id, field);
        let mut fields = self.required.get_mut(&type_id).into_iter().flatten();
        if let Some(RequiredField { other_names, .. }) = fields.find(|known| known.name == field) {
            for name in sent {
                if !other_names.contains(name) {
                    other_names.push(name);
                }
            }
        }
    }

    /// Returns the fields that an object lacks, as far as its type is known to require them.
    ///
    /// A member whose name may be an alias of the field can be its value; then the type has to report
    /// the field itself.
    pub(super) fn missing_in(
        &self,
        tree: &Tree<'_>,
        id: NodeId,
        type_id: TypeId,
        fields: Fields,
    ) -> Vec<&'static str> {
        if self.required.is_empty() || self.adjacent.contains(&type_id.fields) {
            return Vec::new();
        }
        let sent: Vec<_> =
            tree.children(id).filter_map(|child| tree.field(child, fields)).collect();
        let known = self.required_fields(type_id);
        let is_sent = |field: &RequiredField| {
            let is_other = |name| {
                field.other_names.contains(&name) || known.iter().any(|other| other.name == name)
            };
            sent.iter().any(|name| *name == field.name || !is_other(*name))
        };
        known.iter().filter(|field| !is_sent(field)).map(|field| field.name).collect()
    }

    /// Returns whether a type is known to reject unknown names.
    pub(crate) fn is_strict(&self, type_id: TypeId) -> bool {
        !self.strict.is_empty() && self.strict.contains(&type_id)
    }

    pub(crate) fn note_strict(&mut self, type_id: TypeId) {
        self.strict.insert(type_id);
    }

    pub(crate) fn note_adjacent(&mut self, fields: usize) {
        self.adjacent.insert(fields);
    }

    pub(super) fn into_adjacent(self) -> HashSet<usize> {
        self.adjacent
    }
}
