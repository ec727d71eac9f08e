use std::borrow::Cow;

/// The text that a well-formed JSON string stands for (RFC 8259 §7).
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = raw.find('\\') else {
        return Cow::Borrowed(raw);
    };
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut next = first;
    loop {
        text.push_str(&rest[..next]);
        let (letter, used) = escaped(&rest[next + 1..]);
        text.push(letter);
        rest = &rest[next + 1 + used..];
        match rest.find('\\') {
            Some(found) => next = found,
            None => break,
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The letter after a backslash, and how many bytes stand for it.
fn escaped(after: &str) -> (char, usize) {
    match after.as_bytes()[0] {
        b'b' => ('\u{8}', 1),
        b'f' => ('\u{c}', 1),
        b'n' => ('\n', 1),
        b'r' => ('\r', 1),
        b't' => ('\t', 1),
        b'u' => code_point(&after[1..]),
        letter => (char::from(letter), 1),
    }
}

fn code_point(digits: &str) -> (char, usize) {
    let first = unit(digits);
    if let Some(letter) = char::from_u32(first) {
        return (letter, 5);
    }
    let second = unit(&digits[6..]);
    let letter = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    (char::from_u32(letter).expect("the parser takes pairs of surrogates only"), 11)
}

fn unit(digits: &str) -> u32 {
    u32::from_str_radix(&digits[..4], 16).expect("the parser takes hexadecimal digits only")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_read() {
        for raw in [r#"a\"b\\c\/d\b\f\n\r\t"#, r"\u00e9x", r"\ud83d\ude00!", "plain", ""] {
            let expected: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            assert_eq!(unescape(raw), expected);
        }
    }
}
