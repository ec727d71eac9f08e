use std::collections::HashSet;

use super::header::is_token;
use crate::mistakes::Mistakes;
use crate::model::Settings;

/// Checks that the challenge is legal, and on a status that may carry one.
pub(super) fn check<'a>(
    settings: &'a Settings,
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Option<&'a str> {
    let challenge = settings.challenge.as_ref()?;
    if status.is_some_and(|status| !matches!(status, 400 | 401 | 403)) {
        let message = "a challenge belongs to a 400, 401 or 403; remove it or change the status";
        mistakes.at(challenge.span, message);
    }
    if !is_challenge(&challenge.value) {
        mistakes.at(
            challenge.span,
            "expected a scheme and parameters, each once and in quotes, such as \
             `Bearer realm=\"orders\"` (RFC 6750 §3)",
        );
    }
    Some(&challenge.value)
}

fn is_challenge(text: &str) -> bool {
    let Some((scheme, parameters)) = text.split_once(' ') else {
        return false;
    };
    let mut known = HashSet::new();
    let mut rest = parameters;
    while let Some((name, after)) = parameter(rest) {
        if !known.insert(name.to_ascii_lowercase()) {
            return false;
        }
        match after.strip_prefix(", ") {
            Some(next) => rest = next,
            None => return after.is_empty() && is_token(scheme),
        }
    }
    false
}

/// Splits off the name of the first parameter.
fn parameter(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once("=\"")?;
    let (value, after) = rest.split_once('"')?;
    let is_legal = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    (is_token(name) && value.bytes().all(is_legal)).then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_told_from_other_texts() {
        let legal = [
            r#"Bearer realm="api""#,
            r#"Bearer realm="api", error="invalid_token""#,
            r#"ApiKey realm="""#,
        ];
        assert!(legal.into_iter().all(is_challenge));
        let others = [
            "",
            "Bearer",
            "Bearer ",
            "Bearer realm=api",
            r#"realm="api""#,
            r#"Bearer realm="a", realm="b""#,
            r#"Bearer realm="a" error="b""#,
            r#"Bearer realm="ä""#,
            r#"Bearer realm="a\""#,
            "Bearer realm=\"a\n\"",
        ];
        assert!(!others.into_iter().any(is_challenge));
    }
}
