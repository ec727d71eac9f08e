//! URLs in a form that may be logged: without passwords, and without anything after the path.

/// Replaces each part that is left out.
const REDACTED: &str = "[redacted]";

/// Returns a URL without its user, password, query and fragment.
///
/// A password may contain a `/`, a `?` or an `@` that is not percent-encoded, so in doubt more is
/// left out.
pub(crate) fn redact_url(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| is_scheme(scheme))
    else {
        return REDACTED.to_owned();
    };
    let (path, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    if query.contains('@') {
        return format!("{scheme}://{REDACTED}");
    }
    let query = if query.is_empty() { "" } else { "?[redacted]" };
    match path.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{REDACTED}@{host}{query}"),
        None => format!("{scheme}://{path}{query}"),
    }
}

fn is_scheme(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_keeps_its_host_and_path_alone() {
        let cases = [
            ("https://a.example/keys", "https://a.example/keys"),
            ("https://u:hunter2@a.example:8/k", "https://[redacted]@a.example:8/k"),
            ("https://hunter2@a.example", "https://[redacted]@a.example"),
            ("redis://:hunter2@redis:6379/0", "redis://[redacted]@redis:6379/0"),
            ("https://u:hunter2/@hunter2@a.example/k", "https://[redacted]@a.example/k"),
            ("https://u:hunter2?hunter2@a.example/k", "https://[redacted]"),
            ("https://u@hunter2?hunter2@a.example/k", "https://[redacted]"),
            ("postgres://db/kbs?password=hunter2", "postgres://db/kbs?[redacted]"),
            ("https://a.example/k?key=hunter2@hunter2", "https://[redacted]"),
            ("https://a.example/k#hunter2", "https://a.example/k?[redacted]"),
            ("u:hunter2@a.example", "[redacted]"),
            ("u:hunter2@a.example/https://b", "[redacted]"),
            ("hunter2", "[redacted]"),
            ("", "[redacted]"),
        ];
        for (text, shown) in cases {
            assert_eq!(redact_url(text), shown, "{text}");
        }
    }
}
