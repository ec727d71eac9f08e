//! The mode of a service, as the environment sets it.

use std::env;

use crate::support::warn;

/// The mode of a service: how much an error reveals to its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a service that checks its mode has to decide for each"
)]
pub enum Mode {
    /// An error reveals what the public may see. This is the default.
    #[default]
    Production,
    /// An error also has members for the developer at this machine. This works only if the
    /// environment enables it, too.
    Development,
}

const VARIABLE: &str = "APP_ENV";

impl Mode {
    /// Returns `Development` if `APP_ENV` is exactly `dev` or `development`, else `Production`.
    ///
    /// A value that is neither empty nor `production`, `prod`, `staging` or `test` is logged,
    /// because it may be a typo.
    pub fn from_env() -> Self {
        let word = env::var_os(VARIABLE);
        let word = word.as_deref().map(|word| word.to_str().unwrap_or("(not UTF-8)"));
        if let Some(word) = word.filter(|word| is_unknown(word)) {
            warn(&format!(
                "`{VARIABLE}` is {word:?}, which is not a known mode; production mode is used"
            ));
        }
        Self::from_value(word)
    }

    fn from_value(word: Option<&str>) -> Self {
        match word {
            Some("dev" | "development") => Self::Development,
            _ => Self::Production,
        }
    }
}

fn is_unknown(word: &str) -> bool {
    let known = ["", "production", "prod", "staging", "test", "dev", "development"];
    !known.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_words_mean_development() {
        for word in ["dev", "development"] {
            assert_eq!(Mode::from_value(Some(word)), Mode::Development);
            assert!(!is_unknown(word));
        }
        let words = "production prod staging test local True true DEV Dev Development on yes 1";
        let odd = ["", " dev", "dev ", "dev\n", "\"dev\"", "dev,production", "(not UTF-8)"];
        for word in words.split(' ').chain(odd) {
            assert_eq!(Mode::from_value(Some(word)), Mode::Production, "{word:?}");
        }
        assert_eq!(Mode::from_value(None), Mode::Production);
    }

    #[test]
    fn a_typo_is_found() {
        assert!(["True", "DEV", " dev", "1", "devel", "Production"].into_iter().all(is_unknown));
        assert!(!["", "production", "prod", "staging", "test"].into_iter().any(is_unknown));
    }
}
