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

fn main() {
    let of = |code| <Member<'static, 'static, u8, 2>>::TYPES.by_code(code).members();
    let string = JsonType::Text;
    assert_eq!(
        of("inferred"),
        [
            MemberSchema::new("word", string),
            MemberSchema::new(
                "words",
                JsonType::Array(&JsonType::Tuple(&[
                    JsonType::Text,
                    JsonType::Array(&JsonType::Text)
                ]))
            ),
            MemberSchema::new(
                "prices",
                JsonType::Map(&JsonType::Nullable(&JsonType::Array(&JsonType::Text)))
            ),
        ]
    );
    let any = JsonType::Any;
    assert_eq!(of("generic"), [MemberSchema::new("value", any), MemberSchema::new("marker", any)]);
    assert_eq!(
        of("written"),
        [
            MemberSchema::new("wait", JsonType::Object),
            MemberSchema::new("waits", JsonType::Nullable(&JsonType::Array(&JsonType::Object))),
            MemberSchema::new("value", JsonType::INTEGER),
            MemberSchema::new("marker", any),
        ]
    );
}
