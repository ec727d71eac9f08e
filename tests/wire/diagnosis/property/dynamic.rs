//! Deserialization of a generated type as `#[derive(Deserialize)]` would implement it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::num::NonZeroU8;
use std::rc::Rc;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::derived::{Adjacent, Flat, Tagged, Untagged};
use super::schema::{Key, Ref, Scalar, Schema, Type};
use super::visitors::{EnumVisitor, NewtypeVisitor, StructVisitor, TupleVisitor};

thread_local! {
    static SCHEMA: RefCell<Option<Rc<Schema>>> = const { RefCell::new(None) };
}

/// Sets the schema of all types that are read from here on.
pub(super) fn install(schema: Rc<Schema>) {
    SCHEMA.set(Some(schema));
}

pub(super) fn schema() -> Rc<Schema> {
    SCHEMA.with_borrow(|schema| schema.clone().expect("a test installs it"))
}

/// The type with the number `ID`. For the compiler, too, every number is a type of its own, as it
/// is for types that are written by hand.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Dynamic<const ID: usize>;

impl<'de, const ID: usize> Deserialize<'de> for Dynamic<ID> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(ID, deserializer).map(|()| Self)
    }
}

macro_rules! with_id {
    ($id:expr, $ID:ident => $do:expr, $($number:literal)*) => {
        match $id {
            $($number => { const $ID: usize = $number; $do })*
            other => unreachable!("there is no type {other}"),
        }
    };
}

macro_rules! any_id {
    ($id:expr, $ID:ident => $do:expr) => { with_id!($id, $ID => $do, 0 1 2 3 4 5 6 7) };
}

macro_rules! inner_id {
    ($id:expr, $ID:ident => $do:expr) => { with_id!($id, $ID => $do, 5 6 7) };
}

pub(super) fn read_ref<'de, D: Deserializer<'de>>(
    of: Ref,
    deserializer: D,
) -> Result<(), D::Error> {
    match of {
        Ref::Scalar(scalar) => read_scalar(scalar, deserializer),
        Ref::Type(id) => read(id, deserializer),
    }
}

fn read<'de, D: Deserializer<'de>>(id: usize, from: D) -> Result<(), D::Error> {
    let schema = schema();
    match &schema.types[id] {
        Type::Scalar(scalar) => read_scalar(*scalar, from),
        Type::Option(of) => any_id!(*of, ID => Option::<Dynamic<ID>>::deserialize(from).map(drop)),
        Type::List(of) => any_id!(*of, ID => Vec::<Dynamic<ID>>::deserialize(from).map(drop)),
        Type::Pair(of) => {
            any_id!(*of, ID => <(Dynamic<ID>, Dynamic<ID>)>::deserialize(from).map(drop))
        }
        Type::Three(of) => any_id!(*of, ID => <[Dynamic<ID>; 3]>::deserialize(from).map(drop)),
        Type::Map(key, of) => read_map(*key, *of, from),
        Type::Newtype(_) => {
            any_id!(id, ID => from.deserialize_newtype_struct("Made", NewtypeVisitor::<ID>))
        }
        Type::Tuple(of) => {
            any_id!(id, ID => from.deserialize_tuple_struct("Made", of.len(), TupleVisitor::<ID>(of)))
        }
        Type::Struct(of) => {
            any_id!(id, ID => from.deserialize_struct("Made", of.names, StructVisitor::<ID>(of)))
        }
        Type::Enum(of) => {
            any_id!(id, ID => from.deserialize_enum("Made", of.names, EnumVisitor::<ID>(of)))
        }
        Type::Flat(of) => inner_id!(*of, ID => Flat::<Dynamic<ID>>::deserialize(from).map(drop)),
        Type::Tagged(of) => {
            inner_id!(*of, ID => Tagged::<Dynamic<ID>>::deserialize(from).map(drop))
        }
        Type::Adjacent(of) => {
            inner_id!(*of, ID => Adjacent::<Dynamic<ID>>::deserialize(from).map(drop))
        }
        Type::Untagged(of) => {
            inner_id!(*of, ID => Untagged::<Dynamic<ID>>::deserialize(from).map(drop))
        }
    }
}

#[expect(clippy::zero_sized_map_values, reason = "how a map is read is what counts")]
fn read_map<'de, D: Deserializer<'de>>(key: Key, of: usize, from: D) -> Result<(), D::Error> {
    match key {
        Key::Text => any_id!(of, ID => HashMap::<String, Dynamic<ID>>::deserialize(from).map(drop)),
        Key::Byte => any_id!(of, ID => BTreeMap::<u8, Dynamic<ID>>::deserialize(from).map(drop)),
        Key::Signed => any_id!(of, ID => HashMap::<i64, Dynamic<ID>>::deserialize(from).map(drop)),
        Key::Uuid => any_id!(of, ID => BTreeMap::<Uuid, Dynamic<ID>>::deserialize(from).map(drop)),
    }
}

fn read_scalar<'de, D: Deserializer<'de>>(scalar: Scalar, from: D) -> Result<(), D::Error> {
    match scalar {
        Scalar::U8 => u8::deserialize(from).map(drop),
        Scalar::Text => String::deserialize(from).map(drop),
        Scalar::Bool => bool::deserialize(from).map(drop),
        Scalar::I8 => i8::deserialize(from).map(drop),
        Scalar::U16 => u16::deserialize(from).map(drop),
        Scalar::I16 => i16::deserialize(from).map(drop),
        Scalar::U32 => u32::deserialize(from).map(drop),
        Scalar::I32 => i32::deserialize(from).map(drop),
        Scalar::U64 => u64::deserialize(from).map(drop),
        Scalar::I64 => i64::deserialize(from).map(drop),
        Scalar::F32 => f32::deserialize(from).map(drop),
        Scalar::F64 => f64::deserialize(from).map(drop),
        Scalar::Char => char::deserialize(from).map(drop),
        Scalar::Unit => <()>::deserialize(from),
        Scalar::Uuid => Uuid::deserialize(from).map(drop),
        Scalar::Address => IpAddr::deserialize(from).map(drop),
        Scalar::NonZero => NonZeroU8::deserialize(from).map(drop),
        Scalar::Even => refused_unless(u8::deserialize(from)? % 2 == 0),
        Scalar::Any => serde_json::Value::deserialize(from).map(drop),
        Scalar::Sku => refused_unless(String::deserialize(from)?.starts_with("SKU-")),
        Scalar::U128 => u128::deserialize(from).map(drop),
        Scalar::I128 => i128::deserialize(from).map(drop),
    }
}

fn refused_unless<E: Error>(is_good: bool) -> Result<(), E> {
    if is_good { Ok(()) } else { Err(E::custom("refused")) }
}
