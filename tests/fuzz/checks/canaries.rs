//! Submitted texts that a response must not contain.

use serde_json::Value;

/// The bounds of integers, which violations may contain.
const BOUNDS: &str = "-32768 -2147483648 4294967295 -9223372036854775808 18446744073709551615 \
    -170141183460469231731687303715884105728 340282366920938463463374607431768211455";

/// Returns the texts that would be recognizable in a response.
pub(super) fn of_texts(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    texts.into_iter().filter(|text| is_canary(text)).collect()
}

/// Returns the texts and numbers that are values; names may occur in pointers.
pub(super) fn of_json(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_canary(text) => found.push(text.clone()),
        Value::Number(number) if is_rare(&number.to_string()) => found.push(number.to_string()),
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, found)),
        Value::Object(members) => members.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// Returns whether a text is long enough, and contains a letter of none of our sentences and names:
/// the fuzzer reads those, and sends them.
fn is_canary(text: &str) -> bool {
    let is_foreign = |letter: char| !letter.is_ascii() || "!#$%&()+;<=>@[]^{|}~".contains(letter);
    text.len() >= 6 && (text.contains(is_foreign) || text.contains("hunter2"))
}

fn is_rare(number: &str) -> bool {
    number.len() >= 6 && !BOUNDS.contains(number)
}
