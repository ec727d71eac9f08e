//! Generated types, as a table in which they refer to each other.

use std::fmt::{self, Display, Formatter};

use super::tape::Tape;

/// The number of types in a table; the last is a scalar.
pub(super) const TYPES: usize = 8;

/// The first type that can be flattened and tagged.
pub(super) const FIRST_INNER: usize = 5;

#[derive(Debug)]
pub(super) struct Schema {
    pub(super) types: Vec<Type>,
    /// Whether there are types that serde buffers before it reads them.
    pub(super) has_derived: bool,
    /// Whether there are types without a usual placeholder, which hide other mistakes.
    pub(super) has_skus: bool,
}

#[derive(Debug)]
pub(super) enum Type {
    Scalar(Scalar),
    Option(usize),
    List(usize),
    Pair(usize),
    Three(usize),
    Map(Key, usize),
    Newtype(Ref),
    Tuple(Vec<Ref>),
    Struct(Struct),
    Enum(Enum),
    Flat(usize),
    Tagged(usize),
    Adjacent(usize),
    Untagged(usize),
}

/// The type of a field or an element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ref {
    Scalar(Scalar),
    Type(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Text,
    Byte,
    Signed,
    Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    U8,
    Text,
    Bool,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
    Char,
    Unit,
    Uuid,
    Address,
    NonZero,
    Even,
    Any,
    /// A text of an unusual format.
    Sku,
    U128,
    I128,
}

const SCALARS: [Scalar; 22] = [
    Scalar::U8,
    Scalar::Text,
    Scalar::Bool,
    Scalar::I8,
    Scalar::U16,
    Scalar::I16,
    Scalar::U32,
    Scalar::I32,
    Scalar::U64,
    Scalar::I64,
    Scalar::F32,
    Scalar::F64,
    Scalar::Char,
    Scalar::Unit,
    Scalar::Uuid,
    Scalar::Address,
    Scalar::NonZero,
    Scalar::Even,
    Scalar::Any,
    Scalar::Sku,
    Scalar::U128,
    Scalar::I128,
];

#[derive(Debug)]
pub(super) struct Struct {
    pub(super) fields: Vec<Field>,
    pub(super) unknown: Unknown,
    /// The field names, which `#[derive(Deserialize)]` calls `FIELDS`.
    pub(super) names: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    Ignored,
    Denied,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) alias: Option<&'static str>,
    pub(super) of: Ref,
    pub(super) has_default: bool,
}

impl Field {
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }
}

#[derive(Debug)]
pub(super) struct Enum {
    pub(super) variants: Vec<Variant>,
    /// The variant names, which `#[derive(Deserialize)]` calls `VARIANTS`.
    pub(super) names: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct Variant {
    pub(super) name: &'static str,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Unit,
    Newtype(Ref),
    Tuple(Vec<Ref>),
    Struct(Struct),
}

const FIELDS: [&str; 10] =
    ["id", "name", "qty", "note", "items", "firstName", "a/b", "c~d", "e-mail", "x"];
const ALIASES: [&str; 3] = ["other", "second", "third"];
const VARIANTS: [&str; 6] = ["open", "Closed", "left-side", "RIGHT", "id", "name"];

/// A generator of the types in a table.
struct Writer<'t> {
    tape: &'t mut Tape,
    /// Whether there are types that serde buffers. They exclude integers of 128 bits and keys other
    /// than texts, because serde rejects even good ones there.
    has_derived: bool,
    has_skus: bool,
}

impl Schema {
    /// Generates types that refer to later ones, and in lists and maps to any.
    pub(super) fn new(tape: &mut Tape) -> Self {
        let (has_derived, has_skus) = (tape.one_in(3), tape.one_in(4));
        let mut writer = Writer { tape, has_derived, has_skus };
        let mut types = Vec::new();
        for id in (0..TYPES).rev() {
            let next = writer.type_at(id, &types);
            types.push(next);
        }
        types.reverse();
        Self { types, has_derived, has_skus }
    }
}

/// Prints the types that the first one needs.
impl Display for Schema {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut needed = vec![0];
        let mut at = 0;
        while let Some(id) = needed.get(at).copied() {
            at += 1;
            let shown = format!("{:?}", self.types[id]);
            for other in (0..TYPES).filter(|other| !needed.contains(other)).collect::<Vec<_>>() {
                if is_named(&shown, other) {
                    needed.push(other);
                }
            }
            writeln!(f, "{id}: {shown}")?;
        }
        Ok(())
    }
}

fn is_named(shown: &str, id: usize) -> bool {
    ["(", ", "].iter().any(|before| shown.contains(&format!("{before}{id})")))
}

impl Writer<'_> {
    /// Generates a type. `known` contains the types after it, the last one first.
    fn type_at(&mut self, id: usize, known: &[Type]) -> Type {
        if id == TYPES - 1 {
            return Type::Scalar(self.scalar());
        }
        let kinds = if self.has_derived { 18 } else { 13 };
        match self.tape.below(kinds) {
            0..=3 => Type::Struct(self.structure(id)),
            4 => Type::List(self.any_type(id)),
            5 => Type::Option(self.later(id)),
            6 => Type::Map(self.key(), self.any_type(id)),
            7 | 8 => Type::Enum(self.enumeration(id)),
            9 => Type::Pair(self.later(id)),
            10 => Type::Three(self.later(id)),
            11 => Type::Newtype(self.reference(id)),
            12 => Type::Tuple(self.references(id)),
            kind => self.derived(kind, id, known),
        }
    }

    fn derived(&mut self, kind: usize, id: usize, known: &[Type]) -> Type {
        let inner = FIRST_INNER.max(id + 1);
        let inner = inner + self.tape.below(TYPES - inner);
        let has_members = match known[TYPES - 1 - inner] {
            Type::Struct(_) => true,
            Type::Map(key, _) => key == Key::Text,
            _ => false,
        };
        match (kind, has_members) {
            (13 | 14, true) => Type::Flat(inner),
            (15, true) => Type::Tagged(inner),
            (16, _) => Type::Adjacent(inner),
            (17, _) => Type::Untagged(inner),
            _ => Type::Struct(self.structure(id)),
        }
    }

    fn later(&mut self, id: usize) -> usize {
        id + 1 + self.tape.below(TYPES - 1 - id)
    }

    /// Picks a type, which may be the type itself once in a while.
    fn any_type(&mut self, id: usize) -> usize {
        if self.tape.one_in(8) { self.tape.below(id + 1) } else { self.later(id) }
    }

    fn key(&mut self) -> Key {
        let count = if self.has_derived { 1 } else { 4 };
        [Key::Text, Key::Byte, Key::Signed, Key::Uuid][self.tape.below(count)]
    }

    fn scalar(&mut self) -> Scalar {
        let usual = SCALARS.len() - if self.has_derived { 2 } else { 0 };
        match self.tape.pick(&SCALARS[..usual]) {
            Scalar::Sku if !self.has_skus => Scalar::Text,
            scalar => scalar,
        }
    }

    fn reference(&mut self, id: usize) -> Ref {
        if self.tape.one_in(2) { Ref::Type(self.later(id)) } else { Ref::Scalar(self.scalar()) }
    }

    fn references(&mut self, id: usize) -> Vec<Ref> {
        (0..2 + self.tape.below(2)).map(|_| self.reference(id)).collect()
    }

    fn structure(&mut self, id: usize) -> Struct {
        let (count, start) = (1 + self.tape.below(4), self.tape.below(FIELDS.len()));
        let fields: Vec<_> = (0..count)
            .map(|at| Field {
                name: FIELDS[(start + at) % FIELDS.len()],
                alias: (at < ALIASES.len() && self.tape.one_in(6)).then(|| ALIASES[at]),
                of: self.reference(id),
                has_default: self.tape.one_in(5),
            })
            .collect();
        let unknown = if self.tape.one_in(3) { Unknown::Denied } else { Unknown::Ignored };
        let names = fields.iter().flat_map(|field| [Some(field.name), field.alias]);
        let names = names.flatten().collect::<Vec<_>>().leak();
        Struct { fields, unknown, names }
    }

    fn enumeration(&mut self, id: usize) -> Enum {
        let (count, start) = (1 + self.tape.below(4), self.tape.below(VARIANTS.len()));
        let variants: Vec<_> = (0..count)
            .map(|at| Variant {
                name: VARIANTS[(start + at) % VARIANTS.len()],
                content: match self.tape.below(4) {
                    0 => Content::Unit,
                    1 => Content::Newtype(self.reference(id)),
                    2 => Content::Tuple(self.references(id)),
                    _ => Content::Struct(self.structure(id)),
                },
            })
            .collect();
        let names = variants.iter().map(|variant| variant.name).collect::<Vec<_>>().leak();
        Enum { variants, names }
    }
}
