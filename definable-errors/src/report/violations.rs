//! The first violations of a failed validation in one line: where they are and their codes.

use std::fmt::{self, Write};

use crate::problem::Violation;

/// Writes the place and the code of the first violations, such as
/// `body #/qty type; query page required`.
///
/// A place may contain what a client sent, such as the key of a map: it is cut, and quoted if it
/// could be mistaken for more than one word. Details and parameters are left out.
pub(super) struct FirstViolations<'a>(pub(super) &'a [Violation]);

impl FirstViolations<'_> {
    const MAX: usize = 5;
}

impl fmt::Display for FirstViolations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().take(Self::MAX).enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            let (place, _, name) = violation.place().parts();
            write!(f, "{place} {} {}", Word(name), Word(violation.code()))?;
        }
        Ok(())
    }
}

/// Writes one word of bounded length.
struct Word<'a>(&'a str);

impl Word<'_> {
    const MAX_CHARS: usize = 64;
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.char_indices().nth(Self::MAX_CHARS).map(|(end, _)| end);
        let shown = &self.0[..end.unwrap_or(self.0.len())];
        let is_plain =
            |letter: char| letter.is_alphanumeric() || "#/~%-_.!$&'()*+,:=?@[]".contains(letter);
        if !shown.is_empty() && shown.chars().all(is_plain) {
            f.write_str(shown)?;
        } else {
            write!(f, "{shown:?}")?;
        }
        if end.is_some() { f.write_char('…') } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Place;

    fn shown(violations: &[Violation]) -> String {
        FirstViolations(violations).to_string()
    }

    fn query(name: &str) -> Violation {
        Violation::new(Place::Query(name.to_owned().into()), "required", "is required")
    }

    #[test]
    fn violations_are_places_and_codes() {
        let qty = Violation::new(Place::Body("#/items/0/qty".into()), "range", "must be at most 9")
            .with_param("max", 9);
        assert_eq!(shown(&[qty, query("page")]), "body #/items/0/qty range; query page required");
        assert_eq!(shown(&[]), "");
    }

    #[test]
    fn only_the_first_five_are_shown() {
        let many: Vec<_> = (0..9).map(|number| query(&format!("q{number}"))).collect();
        assert!(shown(&many).ends_with("query q4 required"), "{}", shown(&many));
    }

    #[test]
    fn submitted_names_stay_one_word_of_bounded_length() {
        assert_eq!(shown(&[query("a; body #/b")]), r#"query "a; body #/b" required"#);
        assert_eq!(shown(&[query("a\r\nb\u{1b}[0m")]), r#"query "a\r\nb\u{1b}[0m" required"#);
        assert_eq!(shown(&[query("")]), r#"query "" required"#);
        let long = shown(&[query(&"ä".repeat(10_000))]);
        assert_eq!(long, format!("query {}… required", "ä".repeat(64)));
    }
}
