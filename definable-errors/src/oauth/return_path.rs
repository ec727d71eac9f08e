//! The path that a user returns to after a login.

/// The maximum length of a path, in bytes. It is stored in a cookie.
const MAX_LEN: usize = 1024;

/// Returns whether a browser that is sent to this text stays on the service.
///
/// Browsers treat `\` as `/`, and drop tabs and line ends (WHATWG URL §4.4), so that `/<TAB>/evil`
/// is `//evil`, another host.
pub(super) fn is_safe(path: &str) -> bool {
    path.len() <= MAX_LEN
        && path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(char::is_control)
        && http::HeaderValue::from_str(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_has_exactly_one_leading_slash_and_nothing_that_browsers_drop() {
        for path in
            ["/", "/kbs", "/kbs?page=2&q=a//b#top", "/a//b", "/@evil", "/.//evil", "/%5cevil"]
        {
            assert!(is_safe(path), "{path}");
        }
        for path in [
            "",
            "kbs",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: a=b",
            "\t//evil.example",
            " /evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/kbs\u{0}",
            "/kbs\u{7f}",
            "/kbs\u{85}",
            &format!("/{}", "a".repeat(1024)),
        ] {
            assert!(!is_safe(path), "{path:?}");
        }
    }
}
