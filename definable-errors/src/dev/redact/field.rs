//! Redaction of values whose names are known: fields of a header, pairs of a query, members of JSON.

use serde_json::Value;

use super::{key, known, marker, text};

/// Redacts the value of a header field: only values of fields that are known to be harmless are
/// shown.
pub(in crate::dev) fn header(name: &str, value: &str) -> String {
    if known::is_header(name) || known::is_nothing(value) {
        text(value)
    } else {
        marker(value).to_owned()
    }
}

/// Redacts the value of a pair of a query, of a form or of the environment: only what is known to be
/// harmless is shown.
pub(in crate::dev) fn pair(name: &str, value: &str) -> String {
    let is_shown = if key::is_secret_in_text(name) {
        known::is_nothing(value)
    } else if key::is_ambiguous(name) {
        known::is_code(value)
    } else {
        known::is_pair(name) || known::is_value(value)
    };
    if is_shown { text(value) } else { marker(value).to_owned() }
}

/// Redacts the value of a field of a log line: that of a secret, and what has the shape of a secret.
pub(in crate::dev) fn member(name: &str, value: &str) -> String {
    if is_secret(name, &Value::from(value)) { marker(value).to_owned() } else { text(value) }
}

/// Redacts a JSON value: everything below the name of a secret, and what has the shape of a secret.
pub(in crate::dev) fn json(value: &Value) -> Value {
    match value {
        Value::String(string) => text(string).into(),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                if is_secret(name, value) {
                    (text(name), marker(&value.to_string()).into())
                } else {
                    (text(name), json(value))
                }
            })
            .collect(),
        other => other.clone(),
    }
}

fn is_secret(name: &str, value: &Value) -> bool {
    if matches!(value, Value::Null | Value::Bool(_)) {
        return false;
    }
    let is_code = || value.as_str().map_or(value.is_number(), known::is_code);
    key::is_secret_in_text(name) || key::is_ambiguous(name) && !is_code()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_values_of_harmless_fields_are_shown() {
        assert_eq!(header("user-agent", "curl/8.5.0"), "curl/8.5.0");
        for name in ["authorization", "cookie", "x-api-key", "x-shop", "api-key", "proxy-thing"] {
            assert_eq!(header(name, "canary-7"), "[redacted 8-16]", "{name}");
        }
        assert!(!header("referer", "http://localhost/?token=canary-7").contains("canary"));
    }

    #[test]
    fn only_harmless_pairs_are_shown() {
        for (name, value) in [("page", "2"), ("sort", "name"), ("kb_id", "a7"), ("foo", "12")] {
            assert_eq!(pair(name, value), value, "{name}");
        }
        for name in ["token", "code", "foo", "session", "STRIPE_KEY", "t"] {
            assert_eq!(pair(name, "canary-7"), "[redacted 8-16]", "{name}");
        }
    }

    #[test]
    fn members_with_the_name_of_a_secret_are_masked() {
        let given = json!({
            "email": "a@b.c",
            "password": "hunter2",
            "nested": [{"apiKey": {"a": 1}, "pin": 1234, "url": "postgres://u:p@h/db"}],
            "token": null,
        });
        let expected = json!({
            "email": "a@b.c",
            "password": "[redacted 8-16]",
            "nested": [{"apiKey": "[redacted 1-8]", "pin": "[redacted 1-8]", "url": "postgres://[redacted 1-8]@h/db"}],
            "token": null,
        });
        assert_eq!(json(&given), expected);
    }
}
