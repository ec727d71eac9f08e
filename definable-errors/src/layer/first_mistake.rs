//! The one mistake that a rejection of axum's own extractors names, read from its text.
//!
//! The text repeats what the client sent, so only its ends can be trusted: what axum writes in
//! front, and how a message of serde begins and ends. If submitted text could have moved one of
//! them, nothing is reported. One case is ambiguous: the key `a.b` of a map looks like the member
//! `b` of `a`, and `a[0]` like an element of `a`.

use crate::problem::{Place, Pointer, SerdeMistake, Violation, without_position};

/// The input that was deserialized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    Json,
    Form,
    Query,
}

/// The text that axum writes in front of serde's. Its `Form` reads the query of a `GET`.
const PREFIXES: [(&str, Input); 4] = [
    ("Failed to deserialize the JSON body into the target type: ", Input::Json),
    ("Failed to deserialize form body: ", Input::Form),
    ("Failed to deserialize form: ", Input::Query),
    ("Failed to deserialize query string: ", Input::Query),
];

/// The beginnings of messages: those of serde, of its formats, and of types that many services use.
const MESSAGES: [&str; 27] = [
    "missing field `",
    "duplicate field `",
    "unknown field `",
    "unknown variant `",
    "invalid type: ",
    "invalid value: ",
    "invalid length ",
    "invalid digit found in string",
    "invalid float literal",
    "cannot parse ",
    "number too large to fit in target type",
    "number too small to fit in target type",
    "number would be zero for non-zero type",
    "number out of range",
    "provided string was not `true` or `false`",
    "too many characters in string",
    "data did not match any variant of untagged enum ",
    "no variant of enum ",
    "expected unit variant",
    "UUID parsing failed: ",
    "invalid IP address syntax",
    "invalid IPv4 address syntax",
    "invalid IPv6 address syntax",
    "invalid socket address syntax",
    "premature end of input",
    "input contains invalid characters",
    "input is out of range",
];

/// Returns the mistake that a whole text names. The route contains the names of the path
/// parameters.
pub(super) fn first_mistake(text: &str, route: Option<&str>) -> Option<Violation> {
    for (prefix, input) in PREFIXES {
        if let Some(text) = text.strip_prefix(prefix) {
            return of_serde(input, text);
        }
    }
    of_path(text.strip_prefix("Invalid URL: ")?, &parameters(route?))
}

/// Reads `path: message`, or the message alone if the mistake is at the root.
fn of_serde(input: Input, text: &str) -> Option<Violation> {
    let (path, message) = split(input, text)?;
    let steps = steps(path)?;
    if message.starts_with("unknown field `") && !names_last(message, &steps) {
        return None;
    }
    let mistake = SerdeMistake::read(message);
    let place = place(input, &steps, mistake.member())?;
    Some(mistake.at(place))
}

fn split(input: Input, text: &str) -> Option<(&str, &str)> {
    let after_colons = text.match_indices(": ").map(|(at, _)| at + 2);
    let is_message = |at: &usize| MESSAGES.iter().any(|start| text[*at..].starts_with(start));
    let mut starts = std::iter::once(0).chain(after_colons).filter(is_message);
    match (starts.next(), starts.next()) {
        (Some(0), None) => Some(("", text)),
        (Some(at), None) => Some((&text[..at - 2], &text[at..])),
        // A key or a value looks like a message.
        (_, Some(_)) => None,
        (None, None) => split_unknown(input, text),
    }
}

/// Splits off a message that a type wrote itself.
fn split_unknown(input: Input, text: &str) -> Option<(&str, &str)> {
    let Some((path, message)) = text.split_once(": ") else {
        return Some(("", text));
    };
    // A conversion of the whole body fails outside of `serde_json`, which then adds no position:
    // its message may begin with anything, including what the client sent.
    let has_position = without_position(text).len() < text.len();
    let is_inside = input == Input::Json && has_position;
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    (is_inside && path.bytes().all(is_path)).then_some((path, message))
}

/// Whether an unknown field, which ends its path, is the one that the message names.
fn names_last(message: &str, steps: &[Step<'_>]) -> bool {
    let Some(Step::Key(last)) = steps.last() else {
        return false;
    };
    let rest = message.strip_prefix("unknown field `").and_then(|rest| rest.strip_prefix(last));
    rest.is_some_and(|rest| {
        rest.starts_with("`, expected ") || rest.starts_with("`, there are no ")
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// Splits a path as `serde_path_to_error` writes it, such as `items[0].qty`, into steps.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    if path.is_empty() {
        return Some(steps);
    }
    for (at, part) in path.split('.').enumerate() {
        let (key, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        // Only the root may have an empty key.
        if !(key.is_empty() && at == 0) {
            steps.push(Step::Key(Some(key).filter(|key| is_key(key))?));
        }
        let mut rest = indices;
        while let Some(index) = rest.strip_prefix('[') {
            let (number, after) = index.split_once(']')?;
            steps.push(Step::Index(number.parse().ok()?));
            rest = after;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    Some(steps)
}

/// Whether a step can be a key. `?` replaces a key that is not text.
fn is_key(key: &str) -> bool {
    let is_odd = |character: char| character.is_control() || "`\":,]".contains(character);
    !key.is_empty() && key != "?" && !key.contains(is_odd)
}

fn place(input: Input, steps: &[Step<'_>], member: Option<&str>) -> Option<Place> {
    let steps: Vec<_> = steps.iter().copied().chain(member.map(Step::Key)).collect();
    if input == Input::Query {
        return match steps[..] {
            [Step::Key(name)] => Some(Place::Query(name.to_owned().into())),
            _ => None,
        };
    }
    let pointer = steps.iter().fold(Pointer::root(), |pointer, step| match step {
        Step::Key(key) => pointer.key(key),
        Step::Index(index) => pointer.index(*index),
    });
    Some(match input {
        Input::Form => Place::Form(pointer.into()),
        _ => Place::Body(pointer.into()),
    })
}

/// Returns the names of the parameters of a route, in order.
fn parameters(route: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = route;
    while let Some((_, after)) = rest.split_once('{') {
        // `{{` is a brace of the path itself.
        if let Some(after) = after.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some((name, after)) = after.split_once('}') else { break };
        names.push(name.trim_start_matches('*'));
        rest = after;
    }
    names
}

/// Reads the mistake of a path parameter, by its name in the route: a name that only occurs in the
/// text may be the client's.
fn of_path(text: &str, parameters: &[&str]) -> Option<Violation> {
    let at = |name: &str, mistake: SerdeMistake| mistake.at(Place::Path(name.to_owned().into()));
    if let Some(rest) = text.strip_prefix("Cannot parse value at index ") {
        let (index, rest) = rest.split_once(" with value `")?;
        let name = parameters.get(index.parse::<usize>().ok()?)?;
        return Some(at(name, parsed(rest)?));
    }
    let Some(rest) = text.strip_prefix("Cannot parse `") else {
        let mistake = SerdeMistake::read(text);
        return match parameters {
            [only] if mistake.member().is_none() => Some(at(only, mistake)),
            _ => None,
        };
    };
    let named = rest.split_once("` with value `").filter(|(name, _)| parameters.contains(name));
    match (named, parameters) {
        (Some((name, rest)), _) => Some(at(name, parsed(rest).unwrap_or_else(|| refused(rest)))),
        (None, [only]) => Some(at(only, parsed(rest)?)),
        (None, _) => None,
    }
}

/// Returns the expected type, from the end of ``value` to a `u8` ``.
fn parsed(text: &str) -> Option<SerdeMistake> {
    let (value, expected) = text.strip_suffix('`')?.rsplit_once("` to a `")?;
    let words = match expected {
        "bool" => "a boolean",
        "char" => "a character",
        "String" => "a string",
        "f32" | "f64" | "u8" | "u16" | "u32" | "u64" | "u128" | "i8" | "i16" | "i32" | "i64"
        | "i128" => expected,
        _ => return None,
    };
    // An integer that is out of the range of its type still has the right type.
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let given = if is_integer { "invalid value: integer `0`" } else { "invalid type: string \"\"" };
    Some(SerdeMistake::read(&format!("{given}, expected {words}")))
}

/// Reads what a type wrote itself, in ``value`: message``. A value that contains the same marks
/// could be read as a message.
fn refused(text: &str) -> SerdeMistake {
    let mut parts = text.split("`: ");
    match (parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(message), None) => SerdeMistake::read(message).without_names(),
        _ => SerdeMistake::read(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "Failed to deserialize the JSON body into the target type: ";
    const QUERY: &str = "Failed to deserialize query string: ";

    fn read(text: &str) -> String {
        let violation = first_mistake(text, Some("/{org}/items/{id}/{*rest}"));
        violation.map_or_else(String::new, |violation| serde_json::to_string(&violation).unwrap())
    }

    fn place_and_code(text: &str) -> String {
        let Some(violation) = first_mistake(text, Some("/{org}/items/{id}/{*rest}")) else {
            return "nothing".into();
        };
        let (_, _, place) = violation.place().parts();
        format!("{place} {}", violation.code())
    }

    #[test]
    fn the_place_of_a_mistake_is_read_from_its_path() {
        let cases = [
            ("b[0]: missing field `y` at line 1 column 9", "#/b/0/y required"),
            ("missing field `y` at line 1 column 2", "#/y required"),
            ("missing field `y`", "#/y required"),
            ("[3][0].a: invalid type: null, expected u8 at line 1 column 9", "#/3/0/a type"),
            ("a.b.c: unknown variant `x`, expected `y` at line 1 column 9", "#/a/b/c one_of"),
            ("a.pw: unknown field `pw`, expected `b` at line 1 column 9", "#/a/pw unknown_field"),
            (
                "pw: unknown field `pw`, there are no fields at line 1 column 9",
                "#/pw unknown_field",
            ),
            ("id: UUID parsing failed: invalid length: 4 at line 1 column 9", "#/id invalid"),
            ("a[1].at: my own: words at line 1 column 9", "#/a/1/at invalid"),
            ("invalid type: map, expected a sequence at line 1 column 0", "# type"),
            ("data did not match any variant of untagged enum Kind", "# invalid"),
            ("first name: missing field `x` at line 1 column 9", "#/first%20name/x required"),
        ];
        for (text, expected) in cases {
            assert_eq!(place_and_code(&format!("{JSON}{text}")), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_can_be_read_in_two_ways_says_nothing() {
        for text in [
            "a: missing field `x`: invalid type: null, expected u8 at line 1 column 9",
            "qty: invalid type: string \"a: missing field `x`\", expected u8 at line 1 column 9",
            "a: b: missing field `x` at line 1 column 9",
            "a]b: missing field `x` at line 1 column 9",
            "a[b]: missing field `x` at line 1 column 9",
            "a..b: missing field `x` at line 1 column 9",
            "m.?: invalid type: null, expected u8 at line 1 column 9",
            "a.b: unknown field `a.b`, expected `c` at line 1 column 9",
            "unknown field `a`: my own words at line 1 column 9",
            // This is a conversion of the whole body.
            "hunter2: is no address",
            "two words: are no path at line 1 column 9",
        ] {
            assert_eq!(read(&format!("{JSON}{text}")), "", "{text}");
        }
        for text in [
            "hunter2: is no address",
            "a.b: missing field `c`",
            "[0][1]: invalid digit found in string",
            "odd",
        ] {
            assert_eq!(read(&format!("{QUERY}{text}")), "", "{text}");
        }
    }

    #[test]
    fn parameters_of_a_path_are_named_by_the_route() {
        let cases = [
            ("Cannot parse `id` with value `x` to a `u8`", "id type"),
            ("Cannot parse `id` with value `-1` to a `u8`", "id range"),
            ("Cannot parse `id` with value `300` to a `u8`", "id range"),
            ("Cannot parse value at index 2 with value `x` to a `bool`", "rest type"),
            ("Cannot parse `org` with value `x`: UUID parsing failed: no", "org invalid"),
            ("Cannot parse `org` with value `x`: y`: missing field `z`", "org invalid"),
            ("Cannot parse `org` with value `x`: missing field `z`", "org invalid"),
            ("Cannot parse `other` with value `x` to a `u8`", "nothing"),
            ("Cannot parse value at index 3 with value `x` to a `u8`", "nothing"),
            ("Cannot parse `x` to a `u8`", "nothing"),
            ("unknown variant `x`, expected `y`", "nothing"),
        ];
        for (text, expected) in cases {
            assert_eq!(place_and_code(&format!("Invalid URL: {text}")), expected, "{text}");
        }
        let only = |text: &str| {
            let violation = first_mistake(&format!("Invalid URL: {text}"), Some("/a/{id}/{{b}}"));
            violation.map(|violation| serde_json::to_string(&violation).unwrap())
        };
        let is = |text: &str| only(text).is_some_and(|json| json.contains(r#""name":"id""#));
        assert!(is("Cannot parse `x` to a `u8`") && is("unknown variant `x`, expected `y`"));
        assert!(is("Cannot parse `k` with value `v` to a `u8`"));
        assert_eq!(only("missing field `hunter2`"), None);
        assert_eq!(first_mistake("Invalid URL: Cannot parse `x` to a `u8`", None), None);
    }

    #[test]
    fn what_was_submitted_is_in_no_violation() {
        for text in [
            "qty: invalid type: string \"hunter2\", expected u8 at line 1 column 9",
            "kind: unknown variant `hunter2`, expected `a` or `b` at line 1 column 9",
            "kind: unknown variant `x`, expected `hunter2`, expected `a` at line 1 column 9",
        ] {
            let json = read(&format!("{JSON}{text}"));
            assert!(!json.is_empty() && !json.contains("hunter2"), "{json}");
        }
    }

    fn code_of(mistake: SerdeMistake) -> String {
        mistake.at(Place::Path("id".into())).code().to_owned()
    }

    #[test]
    fn message_of_a_type_is_read_after_the_value() {
        let code = |text: &str| code_of(refused(text));
        assert_eq!(code("x`: invalid type: string \"x\", expected u8"), "type");
        // The value may be a message itself.
        assert_eq!(code("a`: invalid type: string \"\", expected u8`: no"), "invalid");
        assert_eq!(code("x"), "invalid");
    }

    #[test]
    fn parameter_is_parsed_as_its_type() {
        let code = |text: &str| parsed(text).map(code_of);
        for (text, expected) in [
            ("x` to a `bool`", Some("type")),
            ("xy` to a `char`", Some("type")),
            ("x` to a `String`", Some("type")),
            ("x` to a `u8`", Some("type")),
            ("300` to a `u8`", Some("range")),
            ("-1` to a `u8`", Some("range")),
            ("x` to a `Colour`", None),
            ("x", None),
        ] {
            assert_eq!(code(text).as_deref(), expected, "{text}");
        }
    }
}
