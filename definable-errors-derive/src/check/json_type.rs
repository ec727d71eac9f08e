//! The JSON type that is written at a member, in place of that of the field's type.

use crate::mistakes::Mistakes;
use crate::model::{JsonType, Written};

/// The words, with the name of the library's constant or variant.
const WORDS: [(&str, &str); 6] = [
    ("any", "Any"),
    ("boolean", "Boolean"),
    ("integer", "INTEGER"),
    ("number", "Number"),
    ("object", "Object"),
    ("string", "Text"),
];

/// The formats of strings: those of JSON Schema that services use.
const FORMATS: [&str; 10] =
    ["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

pub(super) fn check(written: &Written<String>, mistakes: &mut Mistakes) -> Option<JsonType> {
    let read = read(&written.value);
    if read.is_none() {
        mistakes.at(written.span, wrong(&written.value));
    }
    read
}

/// Reads a word, followed by `[]` for an array of it and `?` for a value that may be null.
fn read(text: &str) -> Option<JsonType> {
    if let Some(item) = text.strip_suffix("[]") {
        return Some(JsonType::Array(Box::new(read(item)?)));
    }
    if let Some(value) = text.strip_suffix('?') {
        let is_doubled = value.ends_with('?');
        return Some(JsonType::Nullable(Box::new(read(value).filter(|_| !is_doubled)?)));
    }
    let word = WORDS.iter().find(|(word, _)| *word == text);
    let format = FORMATS.into_iter().find(|format| *format == text);
    word.map(|(_, name)| JsonType::Plain(name)).or(format.map(JsonType::Format))
}

fn wrong(text: &str) -> String {
    let words = WORDS.map(|(word, _)| word).join(", ");
    let formats = FORMATS.join(", ");
    format!(
        "`{text}` is not a JSON type, expected one of: {words}; or a format of strings: {formats}; \
         append `[]` for an array of it, `?` if it may be null"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_other_texts() {
        assert!(
            ["string", "uuid", "integer[]", "date-time?", "any?[][]?"]
                .map(read)
                .iter()
                .all(Option::is_some)
        );
        let others =
            ["", "u64", "String", "[]", "?", "string??", "[string]", "string []", "date?-time"];
        assert!(others.map(read).iter().all(Option::is_none));
    }
}
