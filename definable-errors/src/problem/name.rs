//! Checks of codes, titles and member names. Everything runs in const context, so that an invalid
//! literal does not compile.

/// Names that the body or its development members already use.
const RESERVED: [&str; 18] = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "request_id",
    "trace_id",
    "retry_after",
    "retryable",
    "errors",
    "truncated",
    "violated_policies",
    "error_type",
    "error_message",
    "causes",
    "location",
    "traceback",
];

/// Whether `text` is a code: a lower-case letter, then lower-case letters, digits and single
/// underscores; at most 64 bytes.
pub(super) const fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 64 || !bytes[0].is_ascii_lowercase() {
        return false;
    }
    let mut at = 1;
    while at < bytes.len() {
        let double = bytes[at] == b'_' && bytes[at - 1] == b'_';
        let legal =
            bytes[at].is_ascii_lowercase() || bytes[at].is_ascii_digit() || bytes[at] == b'_';
        if double || !legal {
            return false;
        }
        at += 1;
    }
    bytes[bytes.len() - 1] != b'_'
}

/// Whether `text` is one line without placeholders (RFC 9457 §3.1.3: a title is constant).
pub(super) const fn is_title(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] < 0x20 || bytes[at] == 0x7f || bytes[at] == b'{' || bytes[at] == b'}' {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty()
}

/// Whether `text` is a scheme, a space, and at least one parameter (RFC 6750 §3), in visible ASCII.
pub(super) const fn is_challenge(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut space, mut equals) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b' ' if space == 0 => space = at,
            b'=' if equals == 0 => equals = at,
            b' '..=b'~' => {}
            _ => return false,
        }
        at += 1;
    }
    space > 0 && equals > space + 1
}

/// Whether `text` is `https://` and characters that need no escaping in any format.
pub(super) const fn is_uri(text: &str) -> bool {
    let Some(b"https://") = text.as_bytes().first_chunk() else { return false };
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        if !byte.is_ascii_graphic() || matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&' | b'\'') {
            return false;
        }
        rest = after;
    }
    true
}

/// Whether `text` is a token (RFC 9110 §5.6.2), as the name of a header is.
pub(super) const fn is_token(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let is_legal = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            );
        if !is_legal {
            return false;
        }
        rest = after;
    }
    !text.is_empty()
}

/// Whether JSON can contain the text without escaping. Every body needs this, so it uses a table.
pub(crate) const fn is_plain_json(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        if !PLAIN[*byte as usize] {
            return false;
        }
        rest = after;
    }
    true
}

/// The bytes that need no escaping in a JSON string.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut byte = 0;
    while byte < 256 {
        plain[byte] = byte >= 0x20 && byte != b'"' as usize && byte != b'\\' as usize;
        byte += 1;
    }
    plain
};

/// Whether `name` is a letter, then letters, digits and `_`, at least three characters in total
/// (RFC 9457 §3.2), and not reserved.
pub(super) const fn is_member(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.len() < 3 || !bytes[0].is_ascii_alphabetic() {
        return false;
    }
    let mut at = 1;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() && bytes[at] != b'_' {
            return false;
        }
        at += 1;
    }
    !is_reserved(bytes)
}

const fn is_reserved(name: &[u8]) -> bool {
    let mut word = 0;
    while word < RESERVED.len() {
        if same(RESERVED[word].as_bytes(), name) {
            return true;
        }
        word += 1;
    }
    false
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_snake_case() {
        assert!(["a", "order_not_found", "http_418"].into_iter().all(is_code));
        assert!(is_code(&"a".repeat(64)) && !is_code(&"a".repeat(65)));
        assert!(!["", "_a", "a_", "a__b", "A", "a-b", "4xx"].into_iter().any(is_code));
    }

    #[test]
    fn titles_have_no_placeholder_and_one_line() {
        assert!(is_title("Order already paid"));
        assert!(
            !["", "Order {id}", "Order {", "Order }", "a\nb", "tab\t", "a\u{1f}", "a\u{7f}"]
                .into_iter()
                .any(is_title)
        );
    }

    #[test]
    fn challenges_have_a_scheme_and_a_parameter() {
        assert!(["Bearer realm=\"api\"", "A b=\"c\", d=\"e f\""].into_iter().all(is_challenge));
        assert!(
            !["", "Bearer", "Bearer ", " a=b", "a=b", "A =b", "A =b=c", "A b=\u{7}"]
                .into_iter()
                .any(is_challenge)
        );
    }

    #[test]
    fn uris_are_plain() {
        assert!(is_uri("https://iana.org/assignments/http-problem-types#quota-exceeded"));
        assert!(
            !["", "https:/", "http://a", "https://\"", "https://ä", "https://a b"]
                .into_iter()
                .any(is_uri)
        );
    }

    #[test]
    fn members_are_long_enough_and_free() {
        assert!(["order_id", "qty", "a1b"].into_iter().all(is_member));
        assert!(!["id", "1ab", "a-b", "_ab", "ab c", ""].into_iter().any(is_member));
        assert!(!RESERVED.into_iter().any(is_member));
    }

    #[test]
    fn tokens_are_names_of_headers() {
        assert!(["x-request-id", "Link", "a!#$%&'*+-.^_`|~9"].into_iter().all(is_token));
        assert!(!["", "a b", "a:b", "a\"b", "ä", "a\u{7f}"].into_iter().any(is_token));
    }
}
