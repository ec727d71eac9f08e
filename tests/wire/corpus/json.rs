//! JSON into which mistakes are planted.

use std::fmt::{self, Display, Formatter};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// JSON exactly as in a body: scalars are kept as written, and duplicate members stay duplicates.
#[derive(Clone)]
pub(super) enum Json {
    Scalar(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.as_bytes().first() {
            Some(b'[') => {
                let elements: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap();
                Self::Array(elements.iter().map(|raw| Self::parse(raw.get())).collect())
            }
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text).unwrap();
                let parsed = members.into_iter().map(|(name, raw)| (name, Self::parse(raw.get())));
                Self::Object(parsed.collect())
            }
            _ => Self::Scalar(text.to_owned()),
        }
    }

    /// Returns the value at the end of the path `way`.
    pub(super) fn at(&mut self, way: &[String]) -> &mut Self {
        let Some((step, rest)) = way.split_first() else {
            return self;
        };
        let inner = match self {
            Self::Array(elements) => &mut elements[step.parse::<usize>().unwrap()],
            Self::Object(_) => self.member(step),
            Self::Scalar(_) => panic!("{step} is in no scalar"),
        };
        inner.at(rest)
    }

    fn member(&mut self, name: &str) -> &mut Self {
        let found = self.members().iter_mut().find(|(known, _)| known == name);
        &mut found.unwrap_or_else(|| panic!("there is no {name}")).1
    }

    pub(super) fn members(&mut self) -> &mut Vec<(String, Self)> {
        match self {
            Self::Object(members) => members,
            _ => panic!("only objects have members"),
        }
    }

    /// Returns the names and texts of a flat object, as forms and queries contain them.
    pub(super) fn pairs(&mut self) -> Vec<(String, String)> {
        let members = self.members().iter();
        let pairs = members.flat_map(|(name, value)| {
            let texts = match value {
                Self::Array(elements) => elements.iter().map(Self::text).collect(),
                scalar => vec![scalar.text()],
            };
            texts.into_iter().map(|text| (name.clone(), text))
        });
        pairs.collect()
    }

    fn text(&self) -> String {
        let written = self.to_string();
        serde_json::from_str(&written).unwrap_or(written)
    }
}

struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(All)
    }
}

impl Display for Json {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(text) => f.write_str(text),
            Self::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(Self::to_string).collect();
                write!(f, "[{}]", elements.join(","))
            }
            Self::Object(members) => {
                let member = |(name, value): &(String, Self)| {
                    format!("{}:{value}", serde_json::to_string(name).unwrap())
                };
                let members: Vec<_> = members.iter().map(member).collect();
                write!(f, "{{{}}}", members.join(","))
            }
        }
    }
}
