//! JSON exactly as in a body: with duplicate members, and numbers as they are written.

use std::fmt::{self, Display, Formatter};

use super::tape::Tape;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(&'static str),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(super) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Returns a value that has nothing to do with any type.
    pub(super) fn junk(tape: &mut Tape) -> Self {
        match tape.below(8) {
            0 => Self::Null,
            1 => Self::Bool(tape.one_in(2)),
            2..=4 => Self::Number(tape.pick(&NUMBERS)),
            5 | 6 => Self::text(tape.pick(&TEXTS)),
            _ if tape.one_in(2) => Self::Array(Self::junk_list(tape)),
            _ => Self::Object(
                Self::junk_list(tape)
                    .into_iter()
                    .map(|value| (tape.pick(&NAMES).to_string(), value))
                    .collect(),
            ),
        }
    }

    fn junk_list(tape: &mut Tape) -> Vec<Self> {
        (0..tape.below(4)).map(|_| Self::junk(tape)).collect()
    }

    fn count(&self) -> usize {
        1 + self.children().map(Self::count).sum::<usize>()
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match self {
            Self::Array(elements) => Box::new(elements.iter()),
            Self::Object(members) => Box::new(members.iter().map(|(_, value)| value)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// Returns the value that comes `at` places after this one.
    fn nth(&mut self, mut at: usize) -> &mut Self {
        if at == 0 {
            return self;
        }
        at -= 1;
        let children: Box<dyn Iterator<Item = &mut Self>> = match self {
            Self::Array(elements) => Box::new(elements.iter_mut()),
            Self::Object(members) => Box::new(members.iter_mut().map(|(_, value)| value)),
            _ => Box::new(std::iter::empty()),
        };
        for child in children {
            let count = child.count();
            if at < count {
                return child.nth(at);
            }
            at -= count;
        }
        unreachable!("it was counted")
    }

    /// Plants a mistake, or something that only looks like one.
    pub(super) fn mutate(&mut self, tape: &mut Tape) {
        let count = self.count();
        let target = self.nth(tape.below(count));
        let change = tape.below(8);
        match target {
            Self::Object(members) if change > 0 => mutate_members(members, change, tape),
            Self::Array(elements) if change > 2 => mutate_elements(elements, change, tape),
            target => *target = Self::junk(tape),
        }
    }
}

fn mutate_members(members: &mut Vec<(String, Json)>, change: usize, tape: &mut Tape) {
    let at = tape.below(members.len().max(1));
    match (change, members.get(at).cloned()) {
        (1 | 2, Some(_)) => drop(members.remove(at)),
        (3, Some(twin)) => members.push(twin),
        (4, Some((name, _))) => {
            let place = tape.below(members.len());
            members.insert(place, (name, Json::junk(tape)));
        }
        (5, Some(_)) => members[at].0.push('x'),
        (6, Some(_)) => members.rotate_left(1),
        _ => members.push((tape.pick(&NAMES).to_string(), Json::junk(tape))),
    }
}

fn mutate_elements(elements: &mut Vec<Json>, change: usize, tape: &mut Tape) {
    let at = tape.below(elements.len().max(1));
    match (change, elements.get(at).cloned()) {
        (3 | 4, Some(_)) => drop(elements.remove(at)),
        (5, Some(twin)) => elements.push(twin),
        _ => elements.insert(at.min(elements.len()), Json::junk(tape)),
    }
}

const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "256",
    "2",
    "1.5",
    "-0",
    "1e3",
    "70000",
    "-129",
    "4294967296",
    "99999999999999999999999",
    "1e999",
    "-99999999999999999999999999999999999999999999",
];

const TEXTS: [&str; 12] = [
    "",
    "a",
    "ab",
    "1",
    "true",
    "open",
    "unit",
    "struct",
    "00000000-0000-4000-8000-000000000001",
    "127.0.0.1",
    "SKU-1",
    "é\"\\\n",
];

const NAMES: [&str; 12] =
    ["id", "name", "qty", "kind", "type", "content", "inner", "own", "unknown", "1", "", "other"];

impl Display for Json {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => quoted(text, f),
            Self::Array(elements) => {
                let element = |value: &Self, f: &mut Formatter<'_>| write!(f, "{value}");
                listed('[', elements, element, ']', f)
            }
            Self::Object(members) => {
                let member = |(name, value): &(String, Self), f: &mut Formatter<'_>| {
                    quoted(name, f)?;
                    write!(f, ": {value}")
                };
                listed('{', members, member, '}', f)
            }
        }
    }
}

fn quoted(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

fn listed<T>(
    open: char,
    items: &[T],
    write: impl Fn(&T, &mut Formatter<'_>) -> fmt::Result,
    close: char,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    write!(f, "{open}")?;
    for (at, item) in items.iter().enumerate() {
        f.write_str(if at > 0 { ", " } else { "" })?;
        write(item, f)?;
    }
    write!(f, "{close}")
}
