//! What was submitted and must not come out again.

use serde_json::Value;

/// What the types of the targets tell by themselves: their names, and what their integers hold.
const KNOWN: &str = "firstName Number Pair Named Unit Card Cash Add All Literal Nothing \
    -32768 -2147483648 4294967295 -9223372036854775808 18446744073709551615 \
    -170141183460469231731687303715884105728 340282366920938463463374607431768211455";

/// The texts that would be known again wherever they came out.
pub(super) fn of_texts(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    texts.into_iter().filter(|text| is_canary(text)).collect()
}

/// Texts and numbers that stand as values; names may be told in pointers.
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

fn is_canary(text: &str) -> bool {
    let is_plain =
        |letter: char| letter.is_ascii_lowercase() || " ,.0123456789-_`\"?".contains(letter);
    is_rare(text) && (!text.chars().all(is_plain) || text.contains("hunter2"))
}

fn is_rare(text: &str) -> bool {
    text.chars().count() >= 6 && !KNOWN.contains(text)
}
