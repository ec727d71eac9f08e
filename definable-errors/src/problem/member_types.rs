//! The JSON types of the types that members usually have: what serde writes for them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::{JsonType, MemberType};

macro_rules! scalars {
    ($($json_type:expr => $($ty:ty)*;)*) => {$($(
        impl MemberType for $ty {
            const TYPE: JsonType = $json_type;
        }
    )*)*};
}

/// A number over 64 bits cannot be a member, because `serde_json` refuses it.
macro_rules! integers {
    ($($min:expr, $max:expr => $($ty:ty)*;)*) => {
        scalars!($(JsonType::Integer { min: Some($min as i128), max: Some($max as i128) } => $($ty)*;)*);
    };
}

/// What points to a value is written as the value is.
macro_rules! pointers {
    ($($pointer:ty)*) => {$(
        impl<T: MemberType + ?Sized> MemberType for $pointer {
            const TYPE: JsonType = T::TYPE;
        }
    )*};
}

macro_rules! arrays {
    ($([$($parameter:ident),*] $list:ty)*) => {$(
        impl<T: MemberType, $($parameter),*> MemberType for $list {
            const TYPE: JsonType = JsonType::Array(&T::TYPE);
        }
    )*};
}

macro_rules! tuples {
    ($([$($item:ident),*])*) => {$(
        impl<$($item: MemberType),*> MemberType for ($($item,)*) {
            const TYPE: JsonType = JsonType::Tuple(&[$($item::TYPE),*]);
        }
    )*};
}

scalars! {
    JsonType::Any => Value;
    JsonType::Boolean => bool;
    JsonType::Number => f32 f64 Number;
    JsonType::Text => char str String IpAddr SocketAddr SocketAddrV4 SocketAddrV6;
    JsonType::Format("ipv4") => Ipv4Addr;
    JsonType::Format("ipv6") => Ipv6Addr;
    JsonType::Format("uuid") => Uuid;
    JsonType::Object => Map<String, Value>;
}

integers! {
    i8::MIN, i8::MAX => i8 num::NonZeroI8;
    i16::MIN, i16::MAX => i16 num::NonZeroI16;
    i32::MIN, i32::MAX => i32 num::NonZeroI32;
    i64::MIN, i64::MAX => i64 num::NonZeroI64;
    isize::MIN, isize::MAX => isize num::NonZeroIsize;
    i64::MIN, u64::MAX => i128 num::NonZeroI128;
    0, u8::MAX => u8;
    0, u16::MAX => u16;
    0, u32::MAX => u32;
    0, u64::MAX => u64 u128;
    0, usize::MAX => usize;
    1, u8::MAX => num::NonZeroU8;
    1, u16::MAX => num::NonZeroU16;
    1, u32::MAX => num::NonZeroU32;
    1, u64::MAX => num::NonZeroU64 num::NonZeroU128;
    1, usize::MAX => num::NonZeroUsize;
}

pointers!(&T &mut T Box<T> Rc<T> Arc<T>);
arrays!([] [T] [] Vec<T> [] VecDeque<T> [] LinkedList<T> [] BinaryHeap<T> [] BTreeSet<T>);
arrays!([S] HashSet<T, S>);
tuples!([A] [A, B] [A, B, C] [A, B, C, D] [A, B, C, D, E] [A, B, C, D, E, F]);

impl<T: MemberType, const N: usize> MemberType for [T; N] {
    const TYPE: JsonType = JsonType::Array(&T::TYPE);
}

impl<T: MemberType + ToOwned + ?Sized> MemberType for Cow<'_, T> {
    const TYPE: JsonType = T::TYPE;
}

/// `None` is sent as `null`.
impl<T: MemberType> MemberType for Option<T> {
    const TYPE: JsonType = JsonType::Nullable(&T::TYPE);
}

/// A key that serde does not write as a string does not compile.
impl<K: MemberType, V: MemberType, S> MemberType for HashMap<K, V, S> {
    const TYPE: JsonType = map::<K>(&V::TYPE);
}

/// A key that serde does not write as a string does not compile.
impl<K: MemberType, V: MemberType> MemberType for BTreeMap<K, V> {
    const TYPE: JsonType = map::<K>(&V::TYPE);
}

const fn map<K: MemberType>(values: &'static JsonType) -> JsonType {
    assert!(K::TYPE.is_key(), "the keys of a map are strings, numbers or booleans");
    JsonType::Map(values)
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    /// Whether the type describes the value.
    fn describes(json_type: JsonType, value: &Value) -> bool {
        match json_type {
            JsonType::Any => true,
            JsonType::Boolean => value.is_boolean(),
            JsonType::Integer { min, max } => value
                .as_i64()
                .map(i128::from)
                .or(value.as_u64().map(i128::from))
                .is_some_and(|value| min.unwrap() <= value && value <= max.unwrap()),
            JsonType::Number => value.is_number(),
            JsonType::Text | JsonType::Format(_) => value.is_string(),
            JsonType::OneOf(words) => words.iter().any(|word| value == word),
            JsonType::Nullable(inner) => value.is_null() || describes(*inner, value),
            JsonType::Array(item) => {
                value.as_array().unwrap().iter().all(|value| describes(*item, value))
            }
            JsonType::Tuple(items) => {
                let values = value.as_array().unwrap();
                let mut pairs = items.iter().zip(values);
                items.len() == values.len() && pairs.all(|(item, value)| describes(*item, value))
            }
            JsonType::Map(inner) => {
                value.as_object().unwrap().values().all(|value| describes(*inner, value))
            }
            JsonType::Object => value.is_object(),
        }
    }

    fn is_described<T: MemberType + Serialize + ?Sized>(value: &T) {
        let written = serde_json::to_value(value).unwrap();
        assert!(describes(T::TYPE, &written), "{:?} does not describe {written}", T::TYPE);
    }

    macro_rules! bounds_are_described {
        ($($number:ident)*) => {$(
            is_described(&$number::MIN);
            is_described(&$number::MAX);
        )*};
    }

    #[test]
    fn keys_of_objects_are_texts_numbers_and_booleans() {
        assert!([u64::TYPE, bool::TYPE, String::TYPE].into_iter().all(JsonType::is_key));
        let others =
            [<Option<u8>>::TYPE, <Vec<u8>>::TYPE, <(u8, u8)>::TYPE, JsonType::Map(&JsonType::Text)];
        assert!(!others.into_iter().chain([JsonType::Object]).any(JsonType::is_key));
    }

    #[test]
    fn bounds_of_integers_are_in_their_types() {
        use num::{NonZeroI8, NonZeroI64, NonZeroU8, NonZeroU64};
        bounds_are_described!(i8 u8 i16 u16 i32 u32 i64 u64 isize usize);
        bounds_are_described!(NonZeroI8 NonZeroU8 NonZeroI64 NonZeroU64);
        is_described(&u128::from(u64::MAX));
        is_described(&i128::from(i64::MIN));
        assert!(serde_json::to_value(u128::from(u64::MAX) + 1).is_err());
        assert!(serde_json::to_value(i128::from(i64::MIN) - 1).is_err());
        assert!(!describes(NonZeroU8::TYPE, &json!(0)) && !describes(i8::TYPE, &json!(128)));
    }

    #[test]
    fn scalars_are_what_serde_writes() {
        is_described(&true);
        is_described(&'ß');
        is_described("text");
        is_described(&1.5_f32);
        is_described(&Cow::Borrowed("text"));
        is_described(&IpAddr::from([127, 0, 0, 1]));
        is_described(&Ipv6Addr::LOCALHOST);
        is_described(&SocketAddr::from(([127, 0, 0, 1], 80)));
        is_described(&Map::new());
        is_described(&json!([1, null]));
    }

    #[test]
    fn containers_describe_what_is_in_them() {
        is_described(&Some(Box::new(7)));
        is_described(&None::<String>);
        is_described(&vec![Some('a'), None]);
        is_described(&[[1_u8, 2], [3, 4]]);
        is_described(&(1, "one", [true]));
        is_described(&HashSet::from(["a"]));
        is_described(&HashMap::from([("a", vec![1])]));
        is_described(&BTreeMap::from([(1, (2,)), (3, (4,))]));
        let lists = <BTreeMap<String, Option<Vec<u8>>>>::TYPE;
        assert_eq!(
            lists,
            JsonType::Map(&JsonType::Nullable(&JsonType::Array(&JsonType::Integer {
                min: Some(0),
                max: Some(255),
            })))
        );
    }
}
