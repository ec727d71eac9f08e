use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::time::Duration;

use definable_errors::ApiError;
use definable_errors::problem::{JsonType, MemberSchema, ProblemTypes};

type Prices = BTreeMap<u8, Option<Vec<String>>>;

// Lifetimes, types and constants as parameters, in every place.
#[derive(Debug, thiserror::Error, ApiError)]
enum Member<'a, 'b, T, const N: usize> {
    #[error("inferred")]
    #[api(status = 404)]
    Inferred {
        #[api(member)]
        word: &'a str,
        #[api(member)]
        words: Vec<(Cow<'b, str>, &'a [&'static str])>,
        #[api(member)]
        prices: Prices,
    },
    #[error("generic")]
    #[api(status = 409)]
    Generic(#[api(member = "value")] Option<T>, #[api(member = "marker")] PhantomData<[u8; N]>),
    #[error("written")]
    #[api(status = 410)]
    Written {
        // The type need not be known here.
        #[api(member(type = "object"))]
        wait: Duration,
        #[api(member(name = "waits", type = "object[]?"))]
        w: Option<Vec<Duration>>,
        #[api(member(type = "integer"))]
        value: T,
        #[api(member(name = "marker"))]
        m: PhantomData<Option<Box<Self>>>,
    },
}

/// A member that every problem of the type has, as those of derived errors.
fn member(name: &'static str, json_type: JsonType) -> MemberSchema {
    MemberSchema::new(name, json_type).required()
}

fn main() {
    let of = |code| <Member<'static, 'static, u8, 2>>::TYPES.by_code(code).members();
    let string = JsonType::Text;
    assert_eq!(
        of("inferred"),
        [
            member("word", string),
            member(
                "words",
                JsonType::Array(&JsonType::Tuple(&[
                    JsonType::Text,
                    JsonType::Array(&JsonType::Text)
                ]))
            ),
            member(
                "prices",
                JsonType::Map(&JsonType::Nullable(&JsonType::Array(&JsonType::Text)))
            ),
        ]
    );
    let any = JsonType::Any;
    assert_eq!(of("generic"), [member("value", any), member("marker", any)]);
    assert_eq!(
        of("written"),
        [
            member("wait", JsonType::Object),
            member("waits", JsonType::Nullable(&JsonType::Array(&JsonType::Object))),
            member("value", JsonType::INTEGER),
            member("marker", any),
        ]
    );
}
