use std::error::Error;
use std::fmt;

use super::ApiError;
use super::one_line::OneLine;

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.problem();
        write!(f, "{} ({}): {}", problem.code(), problem.status(), OneLine(problem.detail()))
    }
}

/// Writes both halves, one property per line, and leaves out what is absent.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        if self.source().is_some() {
            write!(f, "\ncaused by: {}", self.chain())?;
        }
        for note in self.notes() {
            write!(f, "\nnote: {}", OneLine(note))?;
        }
        match self.location() {
            Some(location) => write!(f, "\nat {location}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::error::{ApiError, SourceLocation};

    /// Returns a location in the service, because one in this library is never kept.
    fn place() -> SourceLocation {
        SourceLocation::fixed("src/main.rs")
    }

    #[test]
    fn debug_tells_operators_everything() {
        let error = ApiError::internal_error().with_source("disk full").with_note("volume 3");
        let error = error.with_location(place());
        let text = format!("{error:?}");
        assert!(text.starts_with("internal_error (500): Internal server error\n"), "{text}");
        assert!(
            text.contains("caused by: disk full\nnote: volume 3\nat src/main.rs:1:1"),
            "{text}"
        );
    }

    #[test]
    fn no_text_forges_a_line() {
        let error = ApiError::conflict("a\r\nb").with_note("c\nd").with_location(place());
        assert_eq!(error.to_string(), r"conflict (409): a\r\nb");
        assert_eq!(format!("{error:?}").lines().count(), 3);
    }
}
