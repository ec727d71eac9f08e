//! The type at each place of a value, and good values of it.

use super::derived::{ADJACENT, TAGGED};
use super::json::Json;
use super::schema::{Content, Enum, Field, Key, Ref, Scalar, Schema, Struct, Type};
use super::tape::Tape;

/// What is expected at one place of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot<'s> {
    Type(Ref),
    Fields(&'s Struct),
    Items(&'s [Ref]),
    /// A variant with the named fields `inner` and `number`.
    Named(usize),
    /// A variant with the same two fields without names.
    Two(usize),
    Word(&'static [&'static str]),
}

const NUMBER: Spot<'_> = Spot::Type(Ref::Scalar(Scalar::U8));

impl<'s> Spot<'s> {
    pub(super) const fn id(id: usize) -> Self {
        Self::Type(Ref::Type(id))
    }

    /// Returns what is expected one step below, in that value.
    pub(super) fn step(self, schema: &'s Schema, value: &Json, token: &str) -> Option<Self> {
        let index = token.parse::<usize>().ok();
        match self {
            Self::Type(Ref::Type(id)) => step(schema, id, value, token),
            Self::Type(Ref::Scalar(Scalar::Any)) => Some(self),
            Self::Type(Ref::Scalar(_)) | Self::Word(_) => None,
            Self::Fields(of) => match value {
                Json::Array(_) => of.fields.get(index?).map(|field| Self::Type(field.of)),
                _ => field(of, token).map(|field| Self::Type(field.of)),
            },
            Self::Items(of) => of.get(index?).copied().map(Self::Type),
            Self::Named(id) => match token {
                "inner" => Some(Self::id(id)),
                "number" => Some(NUMBER),
                "0" if matches!(value, Json::Array(_)) => Some(Self::id(id)),
                "1" if matches!(value, Json::Array(_)) => Some(NUMBER),
                _ => None,
            },
            Self::Two(id) => match index? {
                0 => Some(Self::id(id)),
                1 => Some(NUMBER),
                _ => None,
            },
        }
    }

    /// Returns a good value.
    pub(super) fn good(self, schema: &Schema, tape: &mut Tape, depth: usize) -> Json {
        match self {
            Self::Type(Ref::Type(id)) => good(schema, id, tape, depth + 1),
            Self::Type(Ref::Scalar(scalar)) => good_scalar(scalar, tape),
            Self::Fields(of) => good_fields(schema, of, tape, depth),
            Self::Items(of) => {
                Json::Array(of.iter().map(|of| Self::Type(*of).good(schema, tape, depth)).collect())
            }
            Self::Named(id) => Json::object([
                ("inner", Self::id(id).good(schema, tape, depth)),
                ("number", NUMBER.good(schema, tape, depth)),
            ]),
            Self::Two(id) => Json::Array(vec![
                Self::id(id).good(schema, tape, depth),
                NUMBER.good(schema, tape, depth),
            ]),
            Self::Word(words) => Json::text(tape.pick(words)),
        }
    }

    /// Returns whether both names belong to the same field.
    pub(super) fn is_same_field(self, schema: &Schema, one: &str, other: &str) -> bool {
        let of = match self {
            Self::Fields(of) => of,
            Self::Type(Ref::Type(id)) => match &schema.types[id] {
                Type::Struct(of) => of,
                Type::Option(of) | Type::Flat(of) | Type::Tagged(of) => {
                    return Self::id(*of).is_same_field(schema, one, other);
                }
                Type::Newtype(of) => return Self::Type(*of).is_same_field(schema, one, other),
                _ => return false,
            },
            _ => return false,
        };
        of.fields.iter().any(|field| field.is_called(one) && field.is_called(other))
    }

    /// Returns whether the type here rejects the name of a member.
    pub(super) fn refuses_key(self, schema: &Schema, key: &str) -> bool {
        match self {
            Self::Type(Ref::Type(id)) => match &schema.types[id] {
                Type::Option(of) => Self::id(*of).refuses_key(schema, key),
                Type::Newtype(of) => Self::Type(*of).refuses_key(schema, key),
                Type::Map(Key::Byte, _) => serde_json::from_str::<u8>(key).is_err(),
                Type::Map(Key::Signed, _) => serde_json::from_str::<i64>(key).is_err(),
                Type::Map(Key::Uuid, _) => key.parse::<uuid::Uuid>().is_err(),
                _ => false,
            },
            _ => false,
        }
    }
}

fn field<'s>(of: &'s Struct, name: &str) -> Option<&'s Field> {
    of.fields.iter().find(|field| field.is_called(name))
}

#[expect(clippy::match_same_arms, reason = "a line for every kind of type")]
fn step<'s>(schema: &'s Schema, id: usize, value: &Json, token: &str) -> Option<Spot<'s>> {
    match &schema.types[id] {
        Type::Scalar(of) => Spot::Type(Ref::Scalar(*of)).step(schema, value, token),
        Type::Untagged(of) if matches!(value, Json::Array(_)) => {
            Spot::Two(*of).step(schema, value, token)
        }
        Type::Untagged(of) if token == "inner" => Some(Spot::id(*of)),
        // Inside of an untagged enum, only what no type accepts is wrong by itself.
        Type::Untagged(_) => Some(Spot::Type(Ref::Scalar(Scalar::Any))),
        Type::Option(of) => Spot::id(*of).step(schema, value, token),
        Type::Newtype(of) => Spot::Type(*of).step(schema, value, token),
        Type::List(of) | Type::Pair(of) | Type::Three(of) | Type::Map(_, of) => Some(Spot::id(*of)),
        Type::Tuple(of) => Spot::Items(of).step(schema, value, token),
        Type::Struct(of) => Spot::Fields(of).step(schema, value, token),
        Type::Enum(of) => content(of, token),
        Type::Flat(_) if token == "own" => Some(NUMBER),
        Type::Flat(of) => Spot::id(*of).step(schema, value, token),
        // Arrays are accepted, too: the tag comes first.
        Type::Tagged(_) if token == tag_of(value, "kind") => Some(Spot::Word(&TAGGED)),
        Type::Tagged(of) => match word_of(value, "kind")? {
            "newtype" | "struct" if matches!(value, Json::Array(_)) => {
                let token = (token.parse::<usize>().ok()? - 1).to_string();
                Spot::id(*of).step(schema, value, &token)
            }
            "newtype" => Spot::id(*of).step(schema, value, token),
            "struct" => Spot::Named(*of).step(schema, value, token),
            _ => None,
        },
        Type::Adjacent(_) if token == tag_of(value, "type") => Some(Spot::Word(&ADJACENT)),
        Type::Adjacent(of) => match word_of(value, "type")? {
            "unit" => Some(Spot::Type(Ref::Scalar(Scalar::Unit))),
            "newtype" => Some(Spot::id(*of)),
            "tuple" => Some(Spot::Two(*of)),
            "struct" => Some(Spot::Named(*of)),
            _ => None,
        },
    }
}

fn content<'s>(of: &'s Enum, name: &str) -> Option<Spot<'s>> {
    let variant = of.variants.iter().find(|variant| variant.name == name)?;
    Some(match &variant.content {
        Content::Unit => Spot::Type(Ref::Scalar(Scalar::Unit)),
        Content::Newtype(of) => Spot::Type(*of),
        Content::Tuple(of) => Spot::Items(of),
        Content::Struct(of) => Spot::Fields(of),
    })
}

const fn tag_of<'n>(value: &Json, name: &'n str) -> &'n str {
    match value {
        Json::Array(_) => "0",
        _ => name,
    }
}

fn word_of<'j>(value: &'j Json, name: &str) -> Option<&'j str> {
    let value = match value {
        Json::Object(members) => members.iter().find(|(known, _)| known == name).map(|it| &it.1),
        Json::Array(elements) => elements.first(),
        _ => None,
    };
    match value? {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

fn good(schema: &Schema, id: usize, tape: &mut Tape, depth: usize) -> Json {
    let at = |id: usize, tape: &mut Tape| Spot::id(id).good(schema, tape, depth);
    let count = |tape: &mut Tape| if depth > 6 { 0 } else { tape.below(4) };
    match &schema.types[id] {
        Type::Scalar(scalar) => good_scalar(*scalar, tape),
        Type::Option(_) if depth > 6 || tape.one_in(3) => Json::Null,
        Type::Option(of) => at(*of, tape),
        Type::List(of) => Json::Array((0..count(tape)).map(|_| at(*of, tape)).collect()),
        Type::Pair(of) => Json::Array((0..2).map(|_| at(*of, tape)).collect()),
        Type::Three(of) => Json::Array((0..3).map(|_| at(*of, tape)).collect()),
        Type::Map(key, of) => {
            let members = (0..count(tape)).map(|number| (good_key(*key, number), at(*of, tape)));
            Json::Object(members.collect())
        }
        Type::Newtype(of) => Spot::Type(*of).good(schema, tape, depth),
        Type::Tuple(of) => Spot::Items(of).good(schema, tape, depth),
        Type::Struct(of) => Spot::Fields(of).good(schema, tape, depth),
        Type::Enum(of) => good_variant(schema, of, tape, depth),
        Type::Flat(of) => with_member(at(*of, tape), "own", NUMBER.good(schema, tape, depth)),
        Type::Tagged(of) => {
            let word = tape.pick(&TAGGED);
            let rest = match word {
                "newtype" => at(*of, tape),
                "struct" => Spot::Named(*of).good(schema, tape, depth),
                _ => Json::Object(Vec::new()),
            };
            with_member(rest, "kind", Json::text(word))
        }
        Type::Adjacent(of) => {
            let word = tape.pick(&ADJACENT);
            let tag = Json::text(word);
            let content = match word {
                "newtype" => at(*of, tape),
                "tuple" => Spot::Two(*of).good(schema, tape, depth),
                "struct" => Spot::Named(*of).good(schema, tape, depth),
                _ => return Json::object([("type", tag)]),
            };
            if tape.one_in(3) {
                Json::object([("content", content), ("type", tag)])
            } else {
                Json::object([("type", tag), ("content", content)])
            }
        }
        Type::Untagged(of) => match tape.below(3) {
            0 => Json::Bool(true),
            1 => Json::object([("inner", at(*of, tape))]),
            _ => Spot::Two(*of).good(schema, tape, depth),
        },
    }
}

fn with_member(value: Json, name: &str, member: Json) -> Json {
    let Json::Object(mut members) = value else { return value };
    members.insert(members.len() / 2, (name.to_owned(), member));
    Json::Object(members)
}

fn good_fields(schema: &Schema, of: &Struct, tape: &mut Tape, depth: usize) -> Json {
    let mut members = Vec::new();
    for field in &of.fields {
        if field.has_default && tape.one_in(2) {
            continue;
        }
        let name = field.alias.filter(|_| tape.one_in(3)).unwrap_or(field.name);
        members.push((name.to_owned(), Spot::Type(field.of).good(schema, tape, depth)));
    }
    Json::Object(members)
}

fn good_variant(schema: &Schema, of: &Enum, tape: &mut Tape, depth: usize) -> Json {
    let variant = &of.variants[tape.below(of.variants.len())];
    if let Content::Unit = variant.content {
        return Json::text(variant.name);
    }
    let content = content(of, variant.name).expect("it is one of them");
    Json::object([(variant.name, content.good(schema, tape, depth))])
}

fn good_key(key: Key, number: usize) -> String {
    match key {
        Key::Text => ["a", "b", "é/~"][number % 3].to_owned(),
        Key::Byte => number.to_string(),
        Key::Signed => (-5 * i64::try_from(number).unwrap()).to_string(),
        Key::Uuid => format!("00000000-0000-4000-8000-00000000000{number}"),
    }
}

fn good_scalar(scalar: Scalar, tape: &mut Tape) -> Json {
    let number = |among: &[&'static str], tape: &mut Tape| Json::Number(tape.pick(among));
    match scalar {
        Scalar::U8 => number(&["1", "0", "255"], tape),
        Scalar::I8 => number(&["1", "-128", "127"], tape),
        Scalar::U16 | Scalar::I16 => number(&["1", "300"], tape),
        Scalar::U32 | Scalar::I32 => number(&["1", "70000"], tape),
        Scalar::U64 => number(&["1", "18446744073709551615"], tape),
        Scalar::I64 => number(&["1", "-9223372036854775808"], tape),
        Scalar::U128 => number(&["1", "340282366920938463463374607431768211455"], tape),
        Scalar::I128 => number(&["1", "-170141183460469231731687303715884105728"], tape),
        Scalar::F32 | Scalar::F64 => number(&["1.5", "1", "-1", "1e3", "-0"], tape),
        Scalar::NonZero => number(&["1", "255"], tape),
        Scalar::Even => number(&["2", "0"], tape),
        Scalar::Bool => Json::Bool(tape.one_in(2)),
        Scalar::Text => Json::text(tape.pick(&["a", "", "é\n", "open"])),
        Scalar::Char => Json::text(tape.pick(&["a", "é"])),
        Scalar::Unit => Json::Null,
        Scalar::Uuid => Json::text(tape.pick(&UUIDS)),
        Scalar::Address => Json::text(tape.pick(&["127.0.0.1", "::1"])),
        Scalar::Sku => Json::text(tape.pick(&["SKU-1", "SKU-"])),
        Scalar::Any => match tape.below(3) {
            0 => Json::Null,
            1 => Json::Number("1.5"),
            _ => Json::object([("a", Json::Array(vec![Json::Null]))]),
        },
    }
}

const UUIDS: [&str; 2] =
    ["00000000-0000-4000-8000-000000000001", "11111111-1111-4111-8111-111111111111"];
