/// Whom the process serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The public.
    Production,
    /// The people who write it, on their own machine.
    Development,
}

impl Mode {
    /// What `APP_ENV` asks for: development only by its exact name, so that no typo shows internals.
    pub(crate) fn of(app_env: &str) -> Self {
        match app_env {
            "dev" | "development" => Self::Development,
            _ => Self::Production,
        }
    }

    /// Logs a word that may be a typo.
    pub(crate) fn warn_if_unknown(app_env: &str) {
        let known = ["", "dev", "development", "production", "prod", "staging", "test"];
        if !known.contains(&app_env) {
            tracing::warn!(app_env, "APP_ENV is no known mode: this is production");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_is_asked_for_by_its_exact_name() {
        assert!(["dev", "development"].iter().all(|word| Mode::of(word) == Mode::Development));
        let others = ["", "Dev", "dev ", "DEVELOPMENT", "develop", "test", "prod"];
        assert!(others.iter().all(|word| Mode::of(word) == Mode::Production));
    }
}
