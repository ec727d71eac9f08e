//! The checks that make a response a valid problem (RFC 9457).

use http::StatusCode;
use serde_json::{Map, Value};

use super::response::TestResponse;
use super::rule::Rule;

/// A rule that a response breaks, and what was found in it.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) rule: Rule,
    pub(super) found: String,
}

impl Flaw {
    pub(super) fn new(rule: Rule, found: impl Into<String>) -> Self {
        Self { rule, found: found.into() }
    }
}

/// The media type of problems.
const PROBLEM_JSON: &str = "application/problem+json";

/// The longest part of a body in a message, in characters.
const MAX_EXCERPT: usize = 100;

/// Returns the members of a problem.
///
/// # Errors
///
/// Returns what was found if the body is not a JSON object of the right media type.
pub(super) fn members(response: &TestResponse) -> Result<Map<String, Value>, Flaw> {
    let flaw = |found: String| Flaw::new(Rule::ProblemBody, found);
    match response.media_type() {
        Some(media_type) if media_type == PROBLEM_JSON => {}
        other => {
            let media_type = other.map_or("no content type".to_owned(), |it| format!("`{it}`"));
            return Err(flaw(format!("{media_type}, {}", excerpt(response))));
        }
    }
    serde_json::from_slice(response.body())
        .map_err(|_| flaw(format!("not a JSON object: {}", excerpt(response))))
}

/// Returns every flaw in the members of a problem.
pub(super) fn flaws(status: StatusCode, members: &Map<String, Value>) -> Vec<Flaw> {
    let mut flaws = wrong_types(members);
    flaws.extend(wrong_status(status, members));
    flaws.extend(wrong_type_uri(members));
    flaws.extend(wrong_title(status, members));
    flaws.extend(wrong_names(members));
    flaws.extend(wrong_code(members));
    let is_text = |name| members.get(name).and_then(Value::as_str).is_some_and(|it| !it.is_empty());
    if !is_text("title") && !is_text("detail") {
        flaws.push(Flaw::new(Rule::Explanation, "neither `title` nor `detail`"));
    }
    flaws
}

/// Returns the start of the body on one line, in quotation marks.
pub(super) fn excerpt(response: &TestResponse) -> String {
    if response.body().is_empty() {
        return "an empty body".to_owned();
    }
    let text = response.text();
    let shown: String = text.chars().take(MAX_EXCERPT).collect();
    let dots = if shown.len() < text.len() { "…" } else { "" };
    format!("{shown:?}{dots}")
}

fn wrong_types(members: &Map<String, Value>) -> Vec<Flaw> {
    let is_wrong = |name: &&str, is_right: fn(&Value) -> bool| {
        members.get(*name).is_some_and(|value| !is_right(value))
    };
    let texts = ["type", "title", "detail", "instance"];
    let mut wrong: Vec<_> =
        texts.into_iter().filter(|name| is_wrong(name, Value::is_string)).collect();
    if is_wrong(&"status", Value::is_u64) {
        wrong.push("status");
    }
    let flaw = |name: &str| Flaw::new(Rule::MemberTypes, format!("`{name}` is {}", members[name]));
    wrong.into_iter().map(flaw).collect()
}

fn wrong_status(status: StatusCode, members: &Map<String, Value>) -> Option<Flaw> {
    let found = match members.get("status").map(Value::as_u64) {
        Some(Some(member)) if member == u64::from(status.as_u16()) => return None,
        // Its type is wrong, which is another flaw.
        Some(None) => return None,
        Some(Some(member)) => member.to_string(),
        None => "missing".to_owned(),
    };
    let found = format!("the response has {}, `status` is {found}", status.as_u16());
    Some(Flaw::new(Rule::StatusMember, found))
}

/// A relative reference without a leading slash depends on the path of the request.
fn wrong_type_uri(members: &Map<String, Value>) -> Option<Flaw> {
    let uri = members.get("type")?.as_str()?;
    let is_legal =
        uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&byte));
    let is_rooted = uri.starts_with('/') || has_scheme(uri);
    let found = format!("`type` is {uri:?}");
    (!is_legal || !is_rooted).then(|| Flaw::new(Rule::TypeUri, found))
}

fn has_scheme(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return false;
    };
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(is_legal)
        && !rest.is_empty()
}

fn wrong_title(status: StatusCode, members: &Map<String, Value>) -> Option<Flaw> {
    let is_blank = members.get("type").is_none_or(|uri| uri == "about:blank");
    let title = members.get("title").and_then(Value::as_str).filter(|_| is_blank)?;
    let phrase = status.canonical_reason()?;
    (!title.eq_ignore_ascii_case(phrase)).then(|| {
        Flaw::new(Rule::BlankTitle, format!("the title is {title:?}, the phrase {phrase:?}"))
    })
}

fn wrong_names(members: &Map<String, Value>) -> Option<Flaw> {
    let is_legal = |name: &str| {
        name.len() >= 3
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let wrong = members.keys().find(|name| !is_legal(name))?;
    Some(Flaw::new(Rule::MemberNames, format!("a member is named {wrong:?}")))
}

fn wrong_code(members: &Map<String, Value>) -> Option<Flaw> {
    let is_legal = |code: &str| {
        code.starts_with(|first: char| first.is_ascii_lowercase())
            && code
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let found = match members.get("code") {
        Some(Value::String(code)) if is_legal(code) => return None,
        Some(other) => format!("`code` is {other}"),
        None => "no `code`".to_owned(),
    };
    Some(Flaw::new(Rule::Code, found))
}
