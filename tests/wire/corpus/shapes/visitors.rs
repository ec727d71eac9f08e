//! Types whose visitors accept several kinds of input.

use std::fmt::{self, Formatter};
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::corpus::mistake::{lacks, wrong};
use crate::corpus::shape::Shape;

pub(super) fn shapes() -> Vec<Shape> {
    vec![text_or_struct(), seq_or_map(), pairs(), limits()]
}

/// An image, given by its name alone or by all of its fields.
struct Image {
    name: String,
    tag: String,
}

impl<'de> Deserialize<'de> for Image {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Long {
            name: String,
            tag: String,
        }

        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Image;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("an image")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Image, E> {
                Ok(Image { name: name.to_owned(), tag: String::new() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Image, A::Error> {
                let Long { name, tag } = Long::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Image { name, tag })
            }
        }

        deserializer.deserialize_any(Either)
    }
}

fn text_or_struct() -> Shape {
    #[derive(Deserialize)]
    struct Pod {
        main: Image,
        sidecars: Vec<Image>,
        port: u16,
    }

    let body = r#"{
        "main": {"name": "a", "tag": "1"}, "sidecars": ["b", {"name": "c", "tag": "2"}], "port": 1
    }"#;
    Shape::json::<Pod>("a visitor of texts or structs", body).with([
        wrong("/main", "5", "invalid"),
        wrong("/main/name", "1", "type string"),
        lacks("/main/tag"),
        wrong("/sidecars/0", "[]", "invalid"),
        wrong("/sidecars/1/tag", "null", "type string"),
        lacks("/sidecars/1/name"),
        wrong("/port", "70000", "range 0..65535"),
    ])
}

/// Pairs, given as a list or as an object.
struct Headers(Vec<(String, u8)>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Both;

        impl<'de> Visitor<'de> for Both {
            type Value = Headers;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("headers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Headers, A::Error> {
                let mut all = Vec::new();
                while let Some(pair) = seq.next_element()? {
                    all.push(pair);
                }
                Ok(Headers(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut all = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    all.push(pair);
                }
                Ok(Headers(all))
            }
        }

        deserializer.deserialize_any(Both)
    }
}

fn seq_or_map() -> Shape {
    #[derive(Deserialize)]
    struct Request {
        list: Headers,
        map: Headers,
        method: String,
    }

    let body = r#"{"list": [["a", 1], ["b", 2]], "map": {"a": 1, "b": 2}, "method": "GET"}"#;
    Shape::json::<Request>("a visitor of lists or maps", body).with([
        wrong("/list/0/1", "\"1\"", "type integer"),
        wrong("/list/1", "[\"b\"]", "length 2"),
        wrong("/list", "1", "invalid"),
        wrong("/map/a", "256", "range 0..255"),
        wrong("/map/b", "null", "type integer"),
        wrong("/method", "1", "type string"),
    ])
}

/// A visitor that collects a map into pairs.
struct Pairs<K, V>(PhantomData<(K, V)>);

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Pairs<K, V> {
    type Value = Vec<(K, V)>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = map.next_key()? {
            pairs.push((key, map.next_value()?));
        }
        Ok(pairs)
    }
}

fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(u8, bool)>, D::Error> {
    deserializer.deserialize_map(Pairs(PhantomData))
}

fn pairs() -> Shape {
    #[derive(Deserialize)]
    struct Seats {
        #[serde(deserialize_with = "in_order")]
        taken: Vec<(u8, bool)>,
        row: char,
    }

    Shape::json::<Seats>("a visitor of pairs", r#"{"taken": {"1": true, "2": false}, "row": "A"}"#)
        .with([
            wrong("/taken/1", "1", "type boolean"),
            wrong("/taken/2", "null", "type boolean"),
            wrong("/taken", "[]", "type object"),
            wrong("/row", "\"AB\"", "type character"),
            lacks("/row"),
        ])
}

/// A list of at most three items; the limit is checked during deserialization.
struct Few(Vec<u8>);

impl<'de> Deserialize<'de> for Few {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AtMostThree;

        impl<'de> Visitor<'de> for AtMostThree {
            type Value = Few;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("at most three bytes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Few, A::Error> {
                let mut few = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    if few.len() == 3 {
                        return Err(A::Error::invalid_length(4, &self));
                    }
                    few.push(byte);
                }
                Ok(Few(few))
            }
        }

        deserializer.deserialize_seq(AtMostThree)
    }
}

fn limits() -> Shape {
    #[derive(Deserialize)]
    struct Choice {
        picks: Few,
        more: Vec<Few>,
        name: String,
    }

    let body = r#"{"picks": [1, 2], "more": [[1], [2, 3]], "name": "a"}"#;
    Shape::json::<Choice>("a visitor that counts", body).with([
        wrong("/picks", "[1, 2, 3, 4]", "invalid"),
        wrong("/picks/0", "\"1\"", "type integer"),
        wrong("/more/0", "[1, 2, 3, 4]", "invalid"),
        wrong("/more/1/1", "256", "range 0..255"),
        wrong("/more/1", "1", "type array"),
        wrong("/name", "1", "type string"),
    ])
}
