//! A mistake, read from the text of an error that serde or one of its formats wrote.
//!
//! Such a text repeats what the client submitted, so no part of it is passed on unchanged: the code
//! is derived from how the text begins, and what was expected from how it ends. A text that matches
//! no known form is `invalid`.

use serde_json::Value;

use super::{Params, Place, Violation};

/// The maximum number of names; a longer list helps no client.
const MAX_NAMES: usize = 50;

/// A mistake in a value, without the value itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SerdeMistake {
    code: &'static str,
    detail: String,
    params: Params,
    member: Option<String>,
    /// Whether the value at fault is an object.
    is_of_object: bool,
}

impl SerdeMistake {
    /// Reads the text of an error, with or without the line and the column that `serde_json` adds.
    ///
    /// A text that a type wrote itself may look like one of serde's and contain submitted text.
    /// Only a [`member`](Self::member) and the names of a `one_of` could repeat it: a caller that
    /// cannot rule that out calls [`without_names`](Self::without_names).
    pub(crate) fn read(text: &str) -> Self {
        let text = without_position(text);
        let mistake = named(text)
            .or_else(|| expected(text))
            .or_else(|| parsed(text))
            .unwrap_or_else(|| Self::new("invalid", "is not valid"));
        Self { is_of_object: text.starts_with("invalid type: map, "), ..mistake }
    }

    /// Returns the member of the value at fault that the violation is about: one that is missing,
    /// or one that occurs twice.
    pub(crate) fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// Whether it contains names that a client could have made up.
    pub(crate) fn has_names(&self) -> bool {
        self.member.is_some() || self.is_one_of()
    }

    /// Whether the name of a variant is unknown.
    pub(crate) fn is_one_of(&self) -> bool {
        self.code == "one_of"
    }

    /// Whether the mistake can be about an object.
    #[cfg(feature = "extract")]
    pub(crate) fn fits_objects(&self) -> bool {
        self.is_of_object || matches!(self.code, "invalid" | "unknown_field")
    }

    /// Reduces the mistake to `invalid` if a client could have made up its names.
    pub(crate) fn without_names(self) -> Self {
        if self.has_names() { Self::new("invalid", "is not valid") } else { self }
    }

    /// Makes the violation at the place of the value, or of its [`member`](Self::member).
    pub(crate) fn at(self, place: Place) -> Violation {
        let violation = Violation::new(place, self.code, self.detail);
        self.params.iter().fold(violation, |violation, (name, value)| {
            violation.with_param(name.to_owned(), value.clone())
        })
    }

    fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            params: Params::EMPTY,
            member: None,
            is_of_object: false,
        }
    }

    fn of_member(code: &'static str, detail: &str, member: &str) -> Self {
        Self { member: Some(member.to_owned()), ..Self::new(code, detail) }
    }

    fn of_type(expected: &'static str) -> Self {
        let article = match expected {
            "null" => "",
            "integer" | "array" | "object" => "an ",
            "character" => "a single ",
            _ => "a ",
        };
        Self::new("type", format!("must be {article}{expected}")).with_param("expected", expected)
    }

    fn of_range(bounds: Option<(i128, u128)>) -> Self {
        let Some((min, max)) = bounds else {
            return Self::new("range", "is out of range");
        };
        let detail = format!("must be between {min} and {max}");
        let min = i64::try_from(min).map_or_else(|_| min.to_string().into(), Value::from);
        let max = u64::try_from(max).map_or_else(|_| max.to_string().into(), Value::from);
        Self::new("range", detail).with_param("min", min).with_param("max", max)
    }

    fn with_param(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.params.insert(name, value);
        self
    }
}

/// Removes the ` at line 1 column 2` of `serde_json`.
pub(crate) fn without_position(text: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let position = text.rsplit_once(" at line ");
    let parts = position.and_then(|(front, rest)| Some((front, rest.split_once(" column ")?)));
    match parts {
        Some((front, (line, column))) if is_number(line) && is_number(column) => front,
        _ => text,
    }
}

/// Reads a mistake that is about a name. An unknown field is already the last step of its path.
fn named(text: &str) -> Option<SerdeMistake> {
    let quoted = |start: &str| text.strip_prefix(start)?.strip_suffix('`').filter(|it| is_name(it));
    if let Some(field) = quoted("missing field `") {
        return Some(SerdeMistake::of_member("required", "is required", field));
    }
    if let Some(field) = quoted("duplicate field `") {
        return Some(SerdeMistake::of_member("duplicate", "must be given only once", field));
    }
    if text.starts_with("unknown field `") {
        return Some(SerdeMistake::new("unknown_field", "is unknown"));
    }
    if text.starts_with("unknown variant `") {
        return Some(one_of(text).unwrap_or_else(|| SerdeMistake::new("invalid", "is not valid")));
    }
    None
}

/// Reads the names after the last `, expected `: those before it may be the client's.
fn one_of(text: &str) -> Option<SerdeMistake> {
    let (_, list) = text.rsplit_once("`, expected ")?;
    let list = list.strip_prefix("one of ").unwrap_or(list);
    let separator = if list.contains("` or `") { "` or `" } else { "`, `" };
    let names: Vec<&str> =
        list.strip_prefix('`')?.strip_suffix('`')?.split(separator).take(MAX_NAMES).collect();
    if !names.iter().all(|name| is_name(name)) {
        return None;
    }
    let detail = format!("must be one of {}", names.join(", "));
    Some(SerdeMistake::new("one_of", detail).with_param("expected", names))
}

/// Whether it can be the name of a field or a variant, and not a sentence.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && !text.contains(|it: char| it == '`' || it.is_whitespace())
}

/// Reads a mistake about a value of another type, or about one out of the range of its type.
fn expected(text: &str) -> Option<SerdeMistake> {
    let is_type = text.starts_with("invalid type: ");
    if !is_type && !text.starts_with("invalid value: ") {
        return None;
    }
    let words = text.rsplit_once(", expected ")?.1;
    let bounds = bounds(words);
    let is_number = ["integer `", "floating point `"]
        .iter()
        .any(|kind| text.split_once(": ").is_some_and(|(_, given)| given.starts_with(kind)));
    if !is_type && is_number && bounds.is_some() {
        return Some(SerdeMistake::of_range(bounds));
    }
    let expected = if bounds.is_some() { Some("integer") } else { expected_type(words) };
    // A text that should have a certain form already has the right type.
    let is_right = !is_type && expected == Some("string");
    expected.filter(|_| !is_right).map(SerdeMistake::of_type)
}

fn expected_type(words: &str) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| words.starts_with(prefix));
    Some(match words {
        "unit" => "null",
        "a boolean" | "`true` or `false`" | "\"true\", \"on\" or \"false\"" => "boolean",
        "f32" | "f64" => "number",
        "a character" => "character",
        "a string" | "a borrowed string" | "string" | "str" => "string",
        "a sequence" => "array",
        "a map" => "object",
        _ if starts(&["struct ", "internally tagged enum ", "adjacently tagged enum "]) => "object",
        _ if starts(&["tuple ", "a tuple of size ", "an array of length "]) => "array",
        _ => return None,
    })
}

/// Reads the messages of parsing a number or a `bool` from a text in a form, a query or a path.
fn parsed(text: &str) -> Option<SerdeMistake> {
    Some(match text {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            SerdeMistake::of_type("integer")
        }
        "invalid float literal" | "cannot parse float from empty string" => {
            SerdeMistake::of_type("number")
        }
        "provided string was not `true` or `false`" => SerdeMistake::of_type("boolean"),
        "number too large to fit in target type"
        | "number too small to fit in target type"
        | "number would be zero for non-zero type"
        | "number out of range" => SerdeMistake::of_range(None),
        "too many characters in string" | "cannot parse char from empty string" => {
            SerdeMistake::of_type("character")
        }
        _ => return None,
    })
}

/// Returns the bounds of the integer type of that name.
fn bounds(words: &str) -> Option<(i128, u128)> {
    let (name, is_nonzero) = match words.strip_prefix("a nonzero ") {
        Some(name) => (name, true),
        None => (words, false),
    };
    let bits: u32 = match name.get(1..)? {
        "8" => 8,
        "16" => 16,
        "32" => 32,
        "64" => 64,
        "128" => 128,
        "size" => usize::BITS,
        _ => return None,
    };
    match name.get(..1)? {
        "u" => Some((i128::from(is_nonzero), u128::MAX >> (128 - bits))),
        "i" => Some((i128::MIN >> (128 - bits), u128::MAX >> (129 - bits))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Formats code, member and detail.
    fn read(text: &str) -> String {
        let mistake = SerdeMistake::read(text);
        let member = mistake.member().map(|name| format!(" {name}")).unwrap_or_default();
        format!("{}{member}: {}", mistake.code, mistake.detail)
    }

    #[test]
    fn texts_of_serde_become_codes() {
        let cases = [
            ("missing field `y` at line 1 column 9", "required y: is required"),
            ("duplicate field `y`", "duplicate y: must be given only once"),
            ("unknown field `pw`, expected `a` or `b`", "unknown_field: is unknown"),
            ("unknown variant `x`, expected `a` or `b`", "one_of: must be one of a, b"),
            (
                "unknown variant `x`, expected one of `a`, `b`, `c`",
                "one_of: must be one of a, b, c",
            ),
            ("unknown variant `x`, expected `a` at line 3 column 1", "one_of: must be one of a"),
            ("invalid type: string \"a\", expected u8", "type: must be an integer"),
            ("invalid value: integer `300`, expected u8", "range: must be between 0 and 255"),
            (
                "invalid value: integer `0`, expected a nonzero u8",
                "range: must be between 1 and 255",
            ),
            ("invalid value: integer `9`, expected i8", "range: must be between -128 and 127"),
            ("invalid type: null, expected a string", "type: must be a string"),
            ("invalid type: map, expected a sequence", "type: must be an array"),
            ("invalid type: integer `1`, expected struct Order", "type: must be an object"),
            ("invalid value: string \"x\", expected a string", "invalid: is not valid"),
            (
                "invalid value: integer `9`, expected i128",
                "range: must be between -170141183460469231731687303715884105728 and 170141183460469231731687303715884105727",
            ),
            ("invalid value: integer `-1`, expected u16", "range: must be between 0 and 65535"),
            (
                "invalid value: integer `-1`, expected u32",
                "range: must be between 0 and 4294967295",
            ),
            (
                "invalid value: integer `-1`, expected u64",
                "range: must be between 0 and 18446744073709551615",
            ),
            (
                "invalid value: integer `-1`, expected u128",
                "range: must be between 0 and 340282366920938463463374607431768211455",
            ),
            #[cfg(target_pointer_width = "64")]
            (
                "invalid value: integer `-1`, expected usize",
                "range: must be between 0 and 18446744073709551615",
            ),
            ("invalid type: map, expected unit", "type: must be null"),
            ("invalid type: map, expected a boolean", "type: must be a boolean"),
            ("invalid type: map, expected `true` or `false`", "type: must be a boolean"),
            ("invalid type: map, expected f64", "type: must be a number"),
            (
                "invalid value: string \"ab\", expected a character",
                "type: must be a single character",
            ),
            ("invalid type: null, expected a map", "type: must be an object"),
            (
                "invalid type: null, expected internally tagged enum Shape",
                "type: must be an object",
            ),
            ("invalid type: null, expected tuple struct Pair", "type: must be an array"),
            ("invalid type: null, expected an array of length 2", "type: must be an array"),
            ("invalid type: null, expected something else", "invalid: is not valid"),
            ("invalid type: floating point `1.5`, expected u8", "type: must be an integer"),
            ("invalid value: string \"x\", expected u8", "type: must be an integer"),
            ("invalid digit found in string", "type: must be an integer"),
            ("cannot parse float from empty string", "type: must be a number"),
            ("provided string was not `true` or `false`", "type: must be a boolean"),
            ("number would be zero for non-zero type", "range: is out of range"),
            ("too many characters in string", "type: must be a single character"),
            ("number too large to fit in target type", "range: is out of range"),
            ("invalid float literal", "type: must be a number"),
            ("UUID parsing failed: invalid character", "invalid: is not valid"),
            ("invalid length 1, expected a tuple of size 2", "invalid: is not valid"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn submitted_text_is_never_repeated() {
        let secret = "hunter2`, expected one of `hunter2";
        for text in [
            format!("unknown variant `{secret}`, expected `a` or `b`"),
            format!("unknown field `{secret}`, expected `a` or `b`"),
            format!("invalid type: string \"{secret}\", expected u8"),
            format!("invalid value: string \"x, expected {secret}\", expected a UUID string"),
            format!("missing field `{secret}` is {secret}"),
        ] {
            let violation = SerdeMistake::read(&text).at(Place::Query("q".into()));
            let written = serde_json::to_string(&violation).unwrap();
            assert!(!written.contains("hunter2"), "{written} from {text}");
        }
        let forged = SerdeMistake::read("missing field `hunter2`").without_names();
        assert_eq!((forged.code, forged.member()), ("invalid", None));
    }

    #[test]
    fn only_a_whole_position_is_removed() {
        for (text, expected) in [
            ("a at line 1 column 20", "a"),
            ("a at line 1 column 2 at line 3 column 4", "a at line 1 column 2"),
            ("a at line x column 2", "a at line x column 2"),
            ("a at line 1 column x", "a at line 1 column x"),
            ("a at line  column 2", "a at line  column 2"),
            ("a at line 1 column ", "a at line 1 column "),
            ("a at line 1", "a at line 1"),
            ("", ""),
        ] {
            assert_eq!(without_position(text), expected, "{text}");
        }
    }

    #[test]
    fn name_is_a_short_word() {
        assert!(is_name("a") && is_name("first-name") && is_name(&"a".repeat(64)));
        for text in ["", "two words", "a\tb", "a`b", &"a".repeat(65)] {
            assert!(!is_name(text), "{text:?}");
        }
    }

    #[test]
    fn only_a_mistake_with_names_becomes_invalid() {
        let mistake = SerdeMistake::read("invalid type: null, expected u8").without_names();
        assert_eq!(mistake.code, "type");
        let mistake = SerdeMistake::read("unknown variant `x`, expected `a`").without_names();
        assert_eq!(mistake.code, "invalid");
    }
}
