//! JSON types in words, for people.

use crate::problem::JsonType;

/// Returns the name of a JSON type, such as `list of integers`.
pub(super) fn name(json_type: &JsonType) -> String {
    match *json_type {
        JsonType::Any => "any value".to_owned(),
        JsonType::Boolean => "boolean".to_owned(),
        JsonType::Integer { min, max } => integer(min, max),
        JsonType::Number => "number".to_owned(),
        JsonType::Text => "string".to_owned(),
        JsonType::Format(format) => format!("string ({format})"),
        JsonType::OneOf(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
            format!("one of {}", words.join(", "))
        }
        JsonType::Nullable(inner) => format!("{}, or null", name(inner)),
        JsonType::Array(item) => format!("array, each item: {}", name(item)),
        JsonType::Tuple(items) => {
            let items: Vec<_> = items.iter().map(name).collect();
            format!("array of {} items: {}", items.len(), items.join("; "))
        }
        JsonType::Map(inner) => format!("object, each value: {}", name(inner)),
        JsonType::Object => "object".to_owned(),
    }
}

/// Bounds of whole machine words are those of JSON numbers in practice, and only distract.
fn integer(min: Option<i128>, max: Option<i128>) -> String {
    let min = min.filter(|min| *min > i128::from(i32::MIN));
    let max = max.filter(|max| *max < i128::from(i32::MAX));
    match (min, max) {
        (Some(min), Some(max)) => format!("integer from {min} to {max}"),
        (Some(min), None) => format!("integer, at least {min}"),
        (None, Some(max)) => format!("integer, at most {max}"),
        (None, None) => "integer".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::MemberType;

    #[test]
    fn types_are_named_in_words() {
        assert_eq!(name(&u64::TYPE), "integer, at least 0");
        assert_eq!(name(&u8::TYPE), "integer from 0 to 255");
        assert_eq!(name(&i64::TYPE), "integer");
        assert_eq!(name(&<Option<uuid::Uuid>>::TYPE), "string (uuid), or null");
        assert_eq!(name(&<Vec<bool>>::TYPE), "array, each item: boolean");
        assert_eq!(name(&JsonType::OneOf(&["dhl", "ups"])), "one of \"dhl\", \"ups\"");
    }
}
