//! Deserialization of forms and queries, as `serde_html_form` does it.

use serde::Deserialize;

use super::distinct::Distinct;

/// Deserializes the pairs. Returns `None` if only a diagnosis can find out what is wrong.
///
/// Values are grouped by their names, in a hash map, before a type sees the first one. Mostly every
/// name occurs once, and then there is nothing to group.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Option<T> {
    at_once(text).or_else(|| serde_html_form::from_bytes(text).ok())
}

fn at_once<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Option<T> {
    let mut pairs = Distinct::NO_PAIRS;
    T::deserialize(Distinct::of(text, &mut pairs)?).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::num::NonZeroU8;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde::de::IgnoredAny;
    use serde_html_form::de::empty_as_none;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        A,
        B,
        On,
    }

    #[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
    struct Around<T>(T);

    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only printed")]
    enum Any {
        Number(u8),
        Texts(Vec<String>),
        Text(String),
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only printed")]
    struct Named {
        #[serde(default)]
        a: String,
        b: Option<u8>,
        #[serde(default)]
        c: Vec<Option<i64>>,
        #[serde(default, deserialize_with = "empty_as_none")]
        é: Option<Around<u8>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only printed")]
    struct Strict {
        a: Option<bool>,
        b: Option<f64>,
        c: Option<Vec<Word>>,
        #[serde(rename = "a b")]
        d: Option<char>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only printed")]
    struct Flat {
        a: Option<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, Any>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only printed")]
    struct Borrowed<'t> {
        a: &'t str,
        #[serde(default)]
        b: Option<&'t str>,
    }

    fn is_the_same<'t, T: Deserialize<'t> + Debug>(text: &'t str) {
        let expected = serde_html_form::from_str::<T>(text).ok();
        assert_eq!(format!("{:?}", read::<T>(text.as_bytes())), format!("{expected:?}"), "{text}");
    }

    fn is_always_the_same(text: &str) {
        is_the_same::<Named>(text);
        is_the_same::<Strict>(text);
        is_the_same::<Flat>(text);
        is_the_same::<Borrowed<'_>>(text);
        is_the_same::<Around<Named>>(text);
        is_the_same::<serde_json::Value>(text);
        is_the_same::<()>(text);
        is_the_same::<Vec<(String, Option<u16>)>>(text);
        is_the_same::<Word>(text);
        is_the_same::<IgnoredAny>(text);
        is_the_same::<BTreeMap<String, String>>(text);
        is_the_same::<BTreeMap<&str, &str>>(text);
        is_the_same::<BTreeMap<String, Vec<String>>>(text);
        is_the_same::<BTreeMap<String, Option<Vec<u8>>>>(text);
        is_the_same::<BTreeMap<String, Option<bool>>>(text);
        is_the_same::<BTreeMap<String, Option<NonZeroU8>>>(text);
        is_the_same::<BTreeMap<String, Around<Option<i8>>>>(text);
        is_the_same::<BTreeMap<String, Any>>(text);
        is_the_same::<BTreeMap<String, (u8,)>>(text);
        is_the_same::<BTreeMap<String, i128>>(text);
        is_the_same::<BTreeMap<String, BTreeMap<String, u8>>>(text);
        is_the_same::<BTreeMap<u8, f32>>(text);
        is_the_same::<BTreeMap<bool, Vec<()>>>(text);
        is_the_same::<BTreeMap<Word, Word>>(text);
        is_the_same::<BTreeMap<Option<Around<String>>, char>>(text);
    }

    fn names() -> impl Strategy<Value = &'static str> {
        select(&["a", "b", "c", "é", "%C3%A9", "%61", "a+b", "", "1", "2", "true", "on", "d%"][..])
    }

    fn values() -> impl Strategy<Value = &'static str> {
        let one = ["=a", "=b", "=on", "=1", "=2", "=-1", "=300", "=1.5", "=true", "=false"];
        let other = ["", "=", "==", "=a=b", "=a+b", "=%61", "=%", "=é", "=%C3%A9", "=%FF", "=+"];
        select([&one[..], &other[..]].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn every_text_is_the_same_to_every_type(
            pairs in vec((names(), values(), select(&["&", "&", "&", "&&", ""][..])), 0..6)
        ) {
            let pairs = pairs.iter().flat_map(|(name, value, end)| [*name, *value, *end]);
            is_always_the_same(&pairs.collect::<String>());
        }

        #[test]
        fn so_are_many_pairs(values in vec(values(), 0..40)) {
            let pairs = values.iter().enumerate().map(|(at, value)| format!("{at}{value}"));
            is_always_the_same(&pairs.collect::<Vec<_>>().join("&"));
        }
    }

    #[test]
    fn names_that_stand_once_are_not_grouped() {
        assert!(at_once::<Named>(b"c=1&&a=b+c&b=&other").is_some());
        assert!(at_once::<Around<Flat>>("a=1&é=%C3%A9".as_bytes()).is_some());
        assert!(at_once::<BTreeMap<String, String>>(b"a=1&b=%61&%61=2").is_none());
        assert!(at_once::<BTreeMap<String, Vec<String>>>(b"a=1&b=2&a=1").is_none());
    }
}
