//! The page of the built-in provider.

use std::fmt::Write;

use super::demo::{Authorization, Outcome};

/// The users of the page: those of the seed data, and one that this service does not know.
const USERS: [&str; 6] = [
    "owner@acme.test",
    "admin@acme.test",
    "member@acme.test",
    "guest@acme.test",
    "locked@acme.test",
    "stranger@elsewhere.test",
];

/// Returns the page, on which a user chooses who logs in and how it ends.
pub(super) fn page(request: &Authorization) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Demo provider</title>\
         <h1>Demo provider</h1><form><p>Log in as <select name=\"user\">",
    );
    for user in USERS {
        option(&mut page, user);
    }
    page.push_str("</select><p>and then <select name=\"outcome\">");
    for outcome in Outcome::ALL {
        option(&mut page, &name(outcome));
    }
    page.push_str("</select>");
    for (name, value) in request.pairs() {
        let value = escaped(value);
        let _ = write!(page, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    page.push_str("<p><button>Continue</button></form></html>");
    page
}

fn option(page: &mut String, value: &str) {
    let _ = write!(page, "<option>{value}</option>");
}

fn name(outcome: Outcome) -> String {
    serde_json::to_value(outcome)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Escapes a text for a quoted attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Writes a query. What is not unreserved is percent-encoded (RFC 3986 §2.3).
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    out.push(byte.into());
                }
                _ => {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
            out
        })
    };
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}
