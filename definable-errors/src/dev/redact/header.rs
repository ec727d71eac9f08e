//! Dumps of header fields and of environments: `X-Session: abc`, line by line, or in the `Debug`
//! format of a map.

use super::{known, marker, pairs};

/// Shows what is known to be harmless in a dump, and masks the rest.
pub(super) fn redact(text: &str) -> String {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let fields: Vec<_> = lines.iter().map(|line| field(line)).collect();
    let mut out = String::with_capacity(text.len());
    for (at, line) in lines.iter().enumerate() {
        match fields[at] {
            Some((name, value)) if is_dumped(&fields, at) && !is_shown(name) => {
                let start = line.trim_end().len() - value.len();
                out.push_str(&line[..start]);
                out.push_str(if known::is_nothing(value) { value } else { marker(value) });
                out.push_str(&line[start + value.len()..]);
            }
            _ => out.push_str(&quoted(line)),
        }
    }
    out
}

/// Splits a line such as `> X-Session: abc` into the name and the value.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_start_matches(['<', '>', '*', ' ', '\t']).split_once(':')?;
    let value = value.strip_prefix([' ', '\t'])?.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| is_part(char::from(byte)));
    (is_name && !value.is_empty()).then_some((name, value))
}

const fn is_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

fn is_shown(name: &str) -> bool {
    known::is_header(name) || known::is_variable(name) && known::is_pair(name)
}

/// Whether a line is part of a dump: its name is one that only header fields have, or lines around
/// it have such names.
fn is_dumped(fields: &[Option<(&str, &str)>], at: usize) -> bool {
    let Some((name, _)) = fields[at] else {
        return false;
    };
    let is_custom = name.len() > 2 && name[..2].eq_ignore_ascii_case("x-");
    let is_title = name.contains('-')
        && name.split('-').all(|word| word.starts_with(|first: char| first.is_ascii_uppercase()));
    let is_field = |field: &&(&str, &str)| {
        let name = field.0.to_ascii_lowercase();
        let is_variable = field.0.contains('_') && known::is_variable(field.0);
        is_variable
            || name.contains('-')
            || matches!(&*name, "host" | "accept" | "cookie" | "authorization")
    };
    let before = fields[..at].iter().rev().map_while(Option::as_ref);
    let after = fields[at + 1..].iter().map_while(Option::as_ref);
    let around = || before.clone().chain(after.clone());
    is_custom
        || is_title
        || around().next().is_some() && around().chain(&fields[at]).any(|field| is_field(&field))
}

/// Masks the values of quoted names of fields and variables: `"x-session": "abc"`,
/// `("FOO", "abc")`.
fn quoted(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((name, at)) = quoted_name(rest) {
        let (before, value) = rest.split_at(at);
        out.push_str(before);
        let (value, after) = value.split_at(pairs::quoted(value, '"', 0));
        let is_shown = known::is_header(name) || known::is_pair(name) || known::is_value(value);
        out.push_str(if is_shown { value } else { marker(value) });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Finds the first quoted name of a field or variable before a quoted value, and where the value
/// begins.
fn quoted_name(text: &str) -> Option<(&str, usize)> {
    [r#"": ""#, r#"":""#, r#"", ""#]
        .into_iter()
        .filter_map(|between| {
            let mut found = text.match_indices(between);
            found.find_map(|(at, _)| {
                let start = text[..at].rfind('"')? + 1;
                let name = &text[start..at];
                // Two adjacent texts are a pair only in parentheses.
                let is_pair = between != r#"", ""# || text[..start].ends_with("(\"");
                let is_field = name.contains('-') && name.chars().all(is_part);
                let is_name = is_field || known::is_variable(name);
                (is_pair && is_name).then_some((name, at + between.len()))
            })
        })
        .min_by_key(|(_, at)| *at)
}
