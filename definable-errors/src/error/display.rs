use std::error::Error;
use std::fmt;

use super::ApiError;
use super::chain::one_line;

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.problem();
        write!(f, "{} ({}): ", problem.code(), problem.status())?;
        one_line(problem.detail(), f)
    }
}

/// Both halves, a line each; what is absent is left out.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        if self.source().is_some() {
            write!(f, "\ncaused by: {}", self.chain())?;
        }
        for note in self.notes() {
            f.write_str("\nnote: ")?;
            one_line(note, f)?;
        }
        match self.location() {
            Some(location) => write!(f, "\nat {location}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::error::ApiError;

    // X-19
    #[test]
    fn no_text_forges_a_line() {
        let error = ApiError::conflict("a\nERROR forged").with_note("b\nERROR forged");
        assert_eq!(error.to_string(), r"conflict (409): a\nERROR forged");
        assert!(!format!("{error:?}").contains("\nERROR"), "{error:?}");
    }

    #[test]
    fn debug_tells_operators_everything() {
        let error = ApiError::internal_error().with_source("disk full").with_note("volume 3");
        let text = format!("{error:?}");
        assert!(text.starts_with("internal_error (500): Internal server error\n"), "{text}");
        assert!(text.contains("caused by: disk full\nnote: volume 3\nat "), "{text}");
    }
}
