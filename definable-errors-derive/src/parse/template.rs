//! Splits a format string at its placeholders, as `format!` does.

use crate::model::{Hole, Piece, Template};

/// Splits a format string at its placeholders. Returns `None` if a brace is unmatched.
pub(super) fn cut(text: &str) -> Option<Template> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        plain += before;
        if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
            plain += &from[..1];
            rest = after;
            continue;
        }
        let (hole, after) = from.strip_prefix('{')?.split_once('}')?;
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Hole(parts(hole)));
        rest = after;
    }
    plain += rest;
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Some(Template(pieces))
}

fn parts(hole: &str) -> Hole {
    let (name, spec) = hole.split_at(hole.find(':').unwrap_or(hole.len()));
    let name = name.trim();
    Hole {
        name: name.strip_prefix("r#").unwrap_or(name).to_owned(),
        spec: spec.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holes(text: &str) -> Vec<(String, String)> {
        let template = cut(text).unwrap();
        let holes = template.holes();
        holes.map(|hole| (hole.name.clone(), hole.spec.clone())).collect()
    }

    #[test]
    fn placeholders_are_found() {
        let found = holes("{a} {{no}} {0:?} {b:>8}");
        let expected = [("a", ""), ("0", ":?"), ("b", ":>8")];
        assert_eq!(found, expected.map(|(a, b)| (a.into(), b.into())));
    }

    #[test]
    fn doubled_braces_are_text() {
        assert_eq!(cut("a {{b}}").unwrap().constant().unwrap(), "a {b}");
    }

    #[test]
    fn a_brace_too_many_is_noticed() {
        assert!(["{", "}", "{a", "a}", "{{}"].into_iter().all(|text| cut(text).is_none()));
    }
}
