/// A media type (RFC 9110 §8.3.1), borrowed from a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MediaType<'h> {
    kind: &'h str,
    subtype: &'h str,
    parameters: &'h str,
}

impl<'h> MediaType<'h> {
    /// Parses a media type and its parameters. Returns `None` if the text is malformed.
    pub(super) fn parse(text: &'h str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        let (essence, parameters) = text.split_at(text.find(';').unwrap_or(text.len()));
        let (kind, subtype) = essence.trim_end_matches(is_space).split_once('/')?;
        let parsed = Self { kind, subtype, parameters };
        let is_legal = is_token(kind) && is_token(subtype) && parsed.parameters_are_legal();
        is_legal.then_some(parsed)
    }

    /// Whether it matches `expected`, such as `text/plain` or `image/*`, whatever its parameters.
    pub(super) fn is(&self, expected: &str) -> bool {
        let (kind, subtype) = expected.split_once('/').unwrap_or((expected, ""));
        self.kind.eq_ignore_ascii_case(kind)
            && (subtype == "*" || self.subtype.eq_ignore_ascii_case(subtype))
    }

    /// Returns the type without its parameters, in lower case.
    #[cfg(feature = "multipart")]
    pub(super) fn essence(&self) -> String {
        format!("{}/{}", self.kind, self.subtype).to_ascii_lowercase()
    }

    /// Whether it has the given structured syntax, as `problem+json` has `json` (RFC 6839).
    pub(super) fn is_built_upon(&self, syntax: &str) -> bool {
        let suffix = self.subtype.rsplit_once('+').map_or("", |(_, suffix)| suffix);
        suffix.eq_ignore_ascii_case(syntax)
    }

    /// Whether its charset is UTF-8, which is also the default.
    pub(super) fn is_utf_8(&self) -> bool {
        const NAMES: [&str; 3] = ["utf-8", "utf8", "us-ascii"];
        Parameters(self.parameters).flatten().all(|(name, value)| {
            let is_named = |known: &&str| value.eq_ignore_ascii_case(known);
            !name.eq_ignore_ascii_case("charset") || NAMES.iter().any(is_named)
        })
    }

    fn parameters_are_legal(&self) -> bool {
        Parameters(self.parameters).all(|parameter| parameter.is_some())
    }
}

/// The names and values of parameters, without quotes; `None` for one that is malformed.
struct Parameters<'h>(&'h str);

impl<'h> Iterator for Parameters<'h> {
    type Item = Option<(&'h str, &'h str)>;

    fn next(&mut self) -> Option<Self::Item> {
        // Two semicolons may have nothing between them.
        self.0 = self.0.trim_start_matches(|character| character == ';' || is_space(character));
        if self.0.is_empty() {
            return None;
        }
        let parameter = parameter(self.0);
        self.0 = parameter.map_or("", |(.., rest)| rest);
        Some(parameter.map(|(name, value, _)| (name, value)))
    }
}

fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let (name, text) = text.split_once('=')?;
    let (value, rest) = match text.strip_prefix('"') {
        Some(text) => text.split_at_checked(closing_quote(text)?)?,
        None => text.split_at(text.find(|end| end == ';' || is_space(end)).unwrap_or(text.len())),
    };
    let is_quoted = rest.starts_with('"');
    let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start_matches(is_space);
    let is_legal = is_token(name) && (is_quoted || is_token(value));
    (is_legal && (rest.is_empty() || rest.starts_with(';'))).then_some((name, value, rest))
}

/// Returns the end of a quoted string; a quote after a backslash is not the end.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

const fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn is_token(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_type_is_none() {
        for text in
            ["", "json", "a/", "/b", "a /b", "a/b/c", "a/b c", "a/b,", "a/b;c", "a/b;c=", "a/b;=c"]
        {
            assert_eq!(MediaType::parse(text), None, "{text}");
        }
        for text in ["a/b;", " a/b ;; c=d;", "a/b;c=\"d;\\\"e\" ; f=g", "a/b;c=\"\""] {
            assert!(MediaType::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn only_utf_8_is_utf_8() {
        let is_utf_8 = |text| MediaType::parse(text).unwrap().is_utf_8();
        for text in ["a/b", "a/b;charset=utf-8", "a/b; Charset=\"UTF-8\"", "a/b;charset=US-ASCII"] {
            assert!(is_utf_8(text), "{text}");
        }
        for text in [
            "a/b;charset=latin1",
            "a/b;x=y; charset=\"utf-16\"",
            "a/b;charset=utf-8;charset=latin1",
            "a/b;charset=\"\"",
        ] {
            assert!(!is_utf_8(text), "{text}");
        }
    }

    #[test]
    fn a_type_may_stand_for_all_its_subtypes() {
        let parsed = MediaType::parse("image/png; x=y").unwrap();
        assert!(parsed.is("image/png") && parsed.is("IMAGE/*") && !parsed.is("text/*"));
    }
}
