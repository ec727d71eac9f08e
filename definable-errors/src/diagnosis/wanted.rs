use serde::de::Expected;

use super::bounds::Bounds;

/// What a type says that it expects, as far as its words are serde's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Null,
    Bool,
    Integer(Option<Bounds>),
    Number,
    Character,
    Text,
    Array,
    Object,
    /// One of these names.
    Name(&'static [&'static str]),
    Other,
}

impl Wanted {
    pub(super) fn read(expected: &dyn Expected) -> Self {
        let words = expected.to_string();
        match words.as_str() {
            "unit" => Self::Null,
            "a boolean" => Self::Bool,
            "f32" | "f64" => Self::Number,
            "a character" => Self::Character,
            "a string" | "a borrowed string" | "string" | "str" => Self::Text,
            "a sequence" => Self::Array,
            "a map" => Self::Object,
            _ => Self::read_longer(&words),
        }
    }

    fn read_longer(words: &str) -> Self {
        if let Some(bounds) = Bounds::of(words) {
            return Self::Integer(Some(bounds));
        }
        if let Some(bounds) = words.strip_prefix("a nonzero ").and_then(Bounds::of) {
            return Self::Integer(Some(bounds.without_zero()));
        }
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| words.starts_with(prefix));
        if starts(&["struct ", "internally tagged enum ", "adjacently tagged enum "]) {
            return Self::Object;
        }
        if starts(&["tuple ", "a tuple of size ", "an array of length "]) {
            return Self::Array;
        }
        // "a UUID string", "a formatted date string", "a string representing a URL".
        let is_text = words.ends_with(" string") || words.starts_with("a string ");
        match is_text && !words.contains(" or ") {
            true => Self::Text,
            false => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_read_from_serdes_own_words() {
        let cases: [(&str, Wanted); 9] = [
            ("u8", Wanted::Integer(Some(Bounds { min: 0, max: 255 }))),
            ("a nonzero u8", Wanted::Integer(Some(Bounds { min: 1, max: 255 }))),
            ("i128", Wanted::Integer(Some(Bounds { min: i128::MIN, max: i128::MAX }))),
            ("struct Order", Wanted::Object),
            ("a tuple of size 2", Wanted::Array),
            ("a string", Wanted::Text),
            ("a UUID string", Wanted::Text),
            ("an array or a string", Wanted::Other),
            ("the password hunter2", Wanted::Other),
        ];
        for (words, wanted) in cases {
            assert_eq!(Wanted::read(&words), wanted, "{words}");
        }
    }
}
