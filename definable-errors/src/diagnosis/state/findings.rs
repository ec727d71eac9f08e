//! All that replays have found out.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::fault::{Fault, Reader, Target, TypeId};
use super::limits::MAX_NOTED;
use super::placeholder::{Placeholder, PlaceholderId};
use super::skips::Skips;
use super::texts::Texts;
use super::type_facts::TypeFacts;
use super::value::Value;
use crate::diagnosis::input::{Kind, NodeId, Tree};
use crate::diagnosis::serde_error::{Actual, Expected, Fields};
use crate::problem::Problem;

/// The maximum number of members that an object of placeholders gets.
const MAX_MEMBERS: usize = 64;

/// A type that says more often than this what it expects says different things.
const MAX_CHANGES: usize = 16;

/// What replays of one input have found out. A replay reads it, and adds to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Findings {
    pub(crate) faults: Vec<(Target, Fault)>,
    placeholders: Vec<Placeholder>,
    /// Nodes in whose place a placeholder is shown.
    replaced: BTreeMap<NodeId, PlaceholderId>,
    /// Members and elements that are left out: unknown, duplicate, or without a placeholder.
    dropped: HashSet<NodeId>,
    /// Members whose objects are read without them for as long as there is another.
    deferred: HashSet<NodeId>,
    /// Fields that are missing, by their object.
    missing: BTreeMap<NodeId, Vec<(&'static str, PlaceholderId)>>,
    /// Fields that were noted as missing, and have another name in the input.
    aliased: HashSet<(NodeId, &'static str)>,
    /// Arrays whose elements are of different types, so that none may be left out.
    tuples: HashSet<NodeId>,
    /// The number of values that a reader has rejected.
    rejected: HashMap<Reader, usize>,
    /// The reader of the placeholder that was shown last.
    last_reader: Option<Reader>,
    /// The fields of the types that read an object in the last replay.
    fields: Vec<(NodeId, Fields)>,
    /// Numbers that the input does not contain.
    unused_numbers: OnceCell<Vec<u64>>,
    pub(crate) types: TypeFacts,
    pub(crate) texts: Texts,
    pub(crate) skips: Skips,
    /// The number of places that were noted.
    noted: usize,
    is_stuck: bool,
    is_unreadable: bool,
}

/// What a report needs of the findings.
pub(crate) struct Found {
    pub(crate) faults: Vec<(Target, Fault)>,
    pub(crate) placeholders: Vec<Target>,
    pub(crate) fields: Vec<(NodeId, Fields)>,
    pub(crate) dropped: HashSet<NodeId>,
    pub(crate) adjacent: HashSet<usize>,
}

impl Findings {
    /// Returns a copy for replays that only test something. What they find out is dropped with it.
    pub(crate) fn snapshot(&self) -> Self {
        self.clone()
    }

    pub(crate) fn into_found(self) -> Found {
        let placeholders = self.targets().map(|(target, _)| target).collect();
        let Self { faults, fields, dropped, types, .. } = self;
        Found { faults, placeholders, fields, dropped, adjacent: types.into_adjacent() }
    }
}

/// Faults, and what is shown in their places.
impl Findings {
    /// Notes a fault, and shows a placeholder at its target from now on.
    pub(crate) fn note(&mut self, target: Target, fault: Fault) -> PlaceholderId {
        self.faults.push((target, fault));
        self.replace(target)
    }

    /// Notes a fault of a member, and leaves it out from now on.
    pub(crate) fn note_and_drop(&mut self, id: NodeId, fault: Fault) {
        self.faults.push((Target::At(id), fault));
        self.drop_node(id);
    }

    /// Shows a placeholder at a target from now on.
    pub(crate) fn replace(&mut self, target: Target) -> PlaceholderId {
        self.replace_expecting(target, None)
    }

    /// Shows a placeholder of a known type from now on.
    pub(crate) fn replace_expecting(
        &mut self,
        target: Target,
        expected: Option<Expected>,
    ) -> PlaceholderId {
        let id = self.add(Placeholder::new(target, expected));
        match target {
            Target::At(node) => drop(self.replaced.insert(node, id)),
            Target::Missing(node, field) => self.missing.entry(node).or_default().push((field, id)),
        }
        id
    }

    fn add(&mut self, placeholder: Placeholder) -> PlaceholderId {
        self.noted += 1;
        self.placeholders.push(placeholder);
        PlaceholderId(self.placeholders.len() - 1)
    }

    /// Leaves out a member or an element from now on.
    pub(crate) fn drop_node(&mut self, id: NodeId) {
        self.noted += 1;
        self.dropped.insert(id);
    }

    pub(crate) fn is_dropped(&self, id: NodeId) -> bool {
        !self.dropped.is_empty() && self.dropped.contains(&id)
    }

    /// Returns the placeholder that is shown in place of a node.
    pub(crate) fn placeholder_at(&self, id: NodeId) -> Option<PlaceholderId> {
        if self.replaced.is_empty() {
            return None;
        }
        self.replaced.get(&id).copied()
    }

    pub(crate) fn placeholder(&self, id: PlaceholderId) -> &Placeholder {
        &self.placeholders[id.0]
    }

    /// Returns the fields that an object lacks, with their placeholders.
    pub(crate) fn missing_in(&self, id: NodeId) -> &[(&'static str, PlaceholderId)] {
        self.missing.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Removes the fault of a missing field, because the field has another name in the input.
    pub(crate) fn note_alias(&mut self, id: NodeId, field: &'static str) {
        let target = Target::Missing(id, field);
        self.faults.retain(|(at, _)| *at != target);
        if let Some(fields) = self.missing.get_mut(&id) {
            fields.retain(|(known, _)| *known != field);
        }
        self.aliased.insert((id, field));
    }

    fn targets(&self) -> impl Iterator<Item = (Target, PlaceholderId)> + '_ {
        let missing = self.missing.iter().flat_map(|(id, fields)| {
            fields.iter().map(|(field, it)| (Target::Missing(*id, field), *it))
        });
        self.replaced.iter().map(|(id, it)| (Target::At(*id), *it)).chain(missing)
    }

    pub(crate) fn has_placeholder_in(&self, tree: &Tree<'_>, id: NodeId) -> bool {
        self.targets().any(|(target, _)| tree.contains(id, target.node()))
    }

    /// Returns the placeholders in a node, including the members of objects of placeholders.
    fn placeholders_in(&self, tree: &Tree<'_>, id: NodeId) -> Vec<PlaceholderId> {
        let inside = self.targets().filter(|(target, _)| tree.contains(id, target.node()));
        let mut found: Vec<_> = inside.map(|(_, it)| it).collect();
        let mut at = 0;
        while let Some(id) = found.get(at).copied() {
            found.extend(self.placeholder(id).members.iter().map(|(_, member)| *member));
            at += 1;
        }
        found
    }
}

/// The choice of placeholders.
impl Findings {
    /// Returns the next value that was not rejected, or `None` if there is none; then the value
    /// around it is replaced, or it is left out.
    pub(crate) fn value_for(
        &mut self,
        tree: &Tree<'_>,
        id: PlaceholderId,
        requested: Expected,
        reader: Reader,
    ) -> Option<Value<'static>> {
        self.last_reader = Some(reader);
        let rejected = if reader.is_buffer() {
            self.placeholder(id).rejected
        } else if self.rejected.is_empty() {
            0
        } else {
            self.rejected.get(&reader).copied().unwrap_or_default()
        };
        let number = || self.unused_number(tree, id);
        let value = self.placeholder(id).value(id, requested, rejected, number);
        let shown = value.as_ref().filter(|_| requested == Expected::Any);
        self.placeholders[id.0].shown = shown.map(Value::actual);
        if value.is_none() {
            self.give_up_on(tree, id);
        }
        value
    }

    /// Returns a number that the input does not contain. A complaint about it is about this
    /// placeholder.
    fn unused_number(&self, tree: &Tree<'_>, id: PlaceholderId) -> u64 {
        let unused = self.unused_numbers.get_or_init(|| {
            let used = tree.small_numbers();
            (2..=120).filter(|number| !used.contains(number)).collect()
        });
        unused.get(id.0 % unused.len().max(1)).copied().unwrap_or(1)
    }

    /// Notes that the value shown last was rejected. The next replay shows another one.
    pub(crate) fn reject_value(&mut self, tree: &Tree<'_>, id: PlaceholderId) {
        match self.last_reader.take() {
            Some(reader) if reader.is_buffer() => self.placeholders[id.0].rejected += 1,
            Some(reader) => *self.rejected.entry(reader).or_default() += 1,
            None => self.give_up_on(tree, id),
        }
    }

    /// Notes that a value of another type is expected than the one that was shown.
    pub(crate) fn expect_at(&mut self, tree: &Tree<'_>, id: PlaceholderId, expected: Expected) {
        let placeholder = &mut self.placeholders[id.0];
        placeholder.changes += 1;
        let is_new = placeholder.expected != Some(expected)
            && expected != Expected::Any
            && placeholder.changes < MAX_CHANGES;
        (placeholder.expected, placeholder.shown) = (Some(expected), None);
        if is_new {
            placeholder.rejected = 0;
        } else {
            self.reject_value(tree, id);
        }
    }

    /// Notes that one of some names is expected where a text was requested. Returns `false` if that
    /// was known.
    pub(crate) fn expect_names_at(&mut self, id: PlaceholderId, names: Fields) -> bool {
        let target = self.placeholder(id).target;
        let expected = Some(Expected::OneOf(names));
        let is_new = self.placeholder(id).expected != expected;
        self.placeholders[id.0].expected = expected;
        for (at, fault) in &mut self.faults {
            if *at == target && *fault == Fault::Type("string") {
                *fault = Fault::one_of(None, names);
            }
        }
        is_new
    }

    /// Handles a target without a valid placeholder: the other members of its object are read first,
    /// or it is left out of its list, or its parent is replaced.
    fn give_up_on(&mut self, tree: &Tree<'_>, id: PlaceholderId) {
        let target = self.placeholder(id).target;
        let (inner, parent) = match target {
            Target::At(id) => (Some(id), tree.parent(id)),
            Target::Missing(id, _) => (None, Some(id)),
        };
        let Some(parent) = parent else {
            return self.stop();
        };
        match (inner, self.placeholder_at(parent)) {
            (Some(id), _) if self.defer(tree, parent, id) => {}
            (Some(id), _) if self.has_optional_elements(tree, parent) && !self.is_dropped(id) => {
                self.drop_node(id);
            }
            (_, None) => drop(self.replace(Target::At(parent))),
            (_, Some(outer)) => self.give_up_on(tree, outer),
        }
    }

    /// Reads a member after the others from now on, because its error hides theirs. Returns `false`
    /// if that is so already.
    fn defer(&mut self, tree: &Tree<'_>, object: NodeId, id: NodeId) -> bool {
        let is_new = tree.kind(object) == Kind::Object && self.deferred.insert(id);
        self.noted += usize::from(is_new);
        is_new
    }

    fn has_optional_elements(&self, tree: &Tree<'_>, id: NodeId) -> bool {
        matches!(tree.kind(id), Kind::Array | Kind::Texts) && !self.tuples.contains(&id)
    }
}

/// Complaints about placeholders.
impl Findings {
    /// Notes that a rejected value was a placeholder in a node, unless none was shown with that value.
    pub(crate) fn reject_shown(
        &mut self,
        tree: &Tree<'_>,
        id: NodeId,
        actual: &Actual,
        expected: Expected,
    ) -> bool {
        let is_it = |it: &PlaceholderId| self.placeholder(*it).shown.as_ref() == Some(actual);
        let found = self.placeholders_in(tree, id).into_iter().find(is_it);
        found.inspect(|it| self.expect_at(tree, *it, expected)).is_some()
    }

    /// Shows another variant if the tag in a node is a placeholder: a field that this variant lacks
    /// may not exist in another one.
    pub(crate) fn reject_tag(&mut self, tree: &Tree<'_>, id: NodeId) -> bool {
        let is_tag = |it: &PlaceholderId| {
            let Placeholder { expected, shown, .. } = self.placeholder(*it);
            matches!(expected, Some(Expected::OneOf(_))) && shown.is_some()
        };
        let found = self.placeholders_in(tree, id).into_iter().find(is_tag);
        found.inspect(|it| self.placeholders[it.0].rejected += 1).is_some()
    }

    /// Adds a field to an object of placeholders in a node. If the complaint comes again, it is about
    /// another object.
    pub(crate) fn add_member(&mut self, tree: &Tree<'_>, id: NodeId, field: &'static str) -> bool {
        let is_it = |it: &PlaceholderId| {
            let Placeholder { shown, members, .. } = self.placeholder(*it);
            *shown == Some(Actual::Object)
                && members.len() < MAX_MEMBERS
                && members.iter().all(|member| member.0 != field)
        };
        let Some(object) = self.placeholders_in(tree, id).into_iter().find(is_it) else {
            return false;
        };
        let member = self.add(Placeholder::new(self.placeholder(object).target, None));
        self.placeholders[object.0].members.push((field, member));
        true
    }
}

/// Facts about single nodes.
impl Findings {
    /// Notes at once all fields that an object lacks, as far as its type is known to require them.
    pub(crate) fn note_known_missing(
        &mut self,
        tree: &Tree<'_>,
        id: NodeId,
        type_id: TypeId,
        fields: Fields,
    ) {
        for field in self.types.missing_in(tree, id, type_id, fields) {
            if self.is_full() {
                return;
            }
            let is_known = self.missing_in(id).iter().any(|(known, _)| *known == field);
            if !is_known && !self.aliased.contains(&(id, field)) {
                self.note(Target::Missing(id, field), Fault::Required);
            }
        }
    }

    pub(crate) fn note_tuple(&mut self, id: NodeId) {
        self.tuples.insert(id);
    }

    pub(crate) fn note_fields(&mut self, id: NodeId, fields: Fields) {
        self.fields.push((id, fields));
    }
}

/// The course of the search.
impl Findings {
    /// Forgets what belongs to one replay alone.
    pub(crate) fn begin_replay(&mut self) {
        self.fields.clear();
    }

    pub(crate) fn is_deferred(&self, id: NodeId) -> bool {
        self.has_deferred() && self.deferred.contains(&id)
    }

    pub(crate) fn has_deferred(&self) -> bool {
        !self.deferred.is_empty()
    }

    /// Ends the search: another replay would find out nothing more.
    pub(crate) fn stop(&mut self) {
        self.is_stuck = true;
    }

    /// Ends the search, because no text can be what the type requests.
    pub(crate) fn stop_unreadable(&mut self) {
        self.is_unreadable = true;
        self.stop();
    }

    pub(crate) fn is_unreadable(&self) -> bool {
        self.is_unreadable
    }

    /// Returns whether the limit of noted places is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.noted >= MAX_NOTED
    }

    /// Returns whether another replay can find out more that a response can contain.
    pub(crate) fn may_go_on(&self) -> bool {
        self.faults.len() <= Problem::MAX_VIOLATIONS && !self.is_full() && !self.is_stuck
    }
}
