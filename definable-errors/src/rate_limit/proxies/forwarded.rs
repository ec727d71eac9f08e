//! Addresses in the header fields of proxies: `X-Forwarded-For`, and `Forwarded` (RFC 7239).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The maximum number of elements in a field line, more than any chain of proxies has.
const MAX_ELEMENTS: usize = 32;

/// The elements of a field line, split at commas outside quoted strings; there are none if the line
/// is malformed.
pub(super) struct Elements<'a> {
    parts: [&'a str; MAX_ELEMENTS],
    count: usize,
}

impl<'a> Elements<'a> {
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let mut elements = Self { parts: [""; MAX_ELEMENTS], count: 0 };
        for part in Split::at(',', line) {
            *elements.parts.get_mut(elements.count)? = part?;
            elements.count += 1;
        }
        Some(elements)
    }

    /// Iterates from the right, where the nearest proxy wrote.
    pub(super) fn last_first(&self) -> impl Iterator<Item = &'a str> {
        self.parts[..self.count].iter().rev().copied()
    }
}

/// Returns the address in the only `for` parameter of an element (§4, §6).
pub(super) fn address(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in Split::at(';', element) {
        let (name, value) = pair?.split_once('=')?;
        if name.trim_matches(is_blank).eq_ignore_ascii_case("for") {
            let node = unquoted(value.trim_matches(is_blank))?;
            if found.replace(host(node)?).is_some() {
                return None;
            }
        }
    }
    found
}

/// Removes the quotes of a value. What needs quotes must have them: colons and brackets are not
/// allowed in a token. No address needs `\`.
fn unquoted(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) => (!inner.contains(['"', '\\'])).then_some(inner),
        None => (!value.contains(['"', ':', '[', ']'])).then_some(value),
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

/// Splits at a separator outside quoted strings; yields `None` for an unterminated quoted string.
struct Split<'a> {
    rest: Option<&'a str>,
    separator: u8,
}

impl<'a> Split<'a> {
    const fn at(separator: char, text: &'a str) -> Self {
        Self { rest: Some(text), separator: separator as u8 }
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = Option<&'a str>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest.take()?;
        let (mut is_quoted, mut is_escaped) = (false, false);
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_quoted => is_escaped = true,
                b'"' => is_quoted = !is_quoted,
                byte if byte == self.separator && !is_quoted => {
                    self.rest = Some(&text[at + 1..]);
                    return Some(Some(&text[..at]));
                }
                _ => {}
            }
        }
        Some((!is_quoted).then_some(text))
    }
}

/// Parses an address as proxies write it: with or without a port, IPv6 with or without brackets.
/// Returns `None` for anything else.
pub(super) fn host(text: &str) -> Option<IpAddr> {
    let address = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            is_port_or_empty(port).then_some(())?;
            IpAddr::V6(address.parse().ok()?)
        }
        None => bare(text)?,
    };
    Some(address.to_canonical())
}

fn bare(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(address.into());
    }
    let end = text.find(':').unwrap_or(text.len());
    let (address, port) = text.split_at(end);
    is_port_or_empty(port).then_some(())?;
    Some(address.parse::<Ipv4Addr>().ok()?.into())
}

fn is_port_or_empty(text: &str) -> bool {
    let Some(port) = text.strip_prefix(':') else { return text.is_empty() };
    port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(line: &str) -> Option<Vec<Option<IpAddr>>> {
        Elements::of(line).map(|elements| elements.last_first().map(address).collect())
    }

    #[test]
    fn separators_in_quotes_do_not_separate() {
        let split = |text| Split::at(',', text).collect::<Vec<_>>();
        assert_eq!(split(r#"a="b,c",d"#), [Some(r#"a="b,c""#), Some("d")]);
        assert_eq!(split(r#"a="b\",c",d"#), [Some(r#"a="b\",c""#), Some("d")]);
        assert_eq!(split(r#"a="b\\",c"#), [Some(r#"a="b\\""#), Some("c")]);
        // A backslash has no meaning outside of quotes, so this quote is not closed.
        assert_eq!(split(r#"a\",b"#), [None]);
        assert_eq!(split(r#"a="b"#), [None]);
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        let known = |text: &str| Some(text.parse().unwrap());
        for (line, expected) in [
            ("for=192.0.2.43", vec![known("192.0.2.43")]),
            ("For=\"[2001:db8:cafe::17]:4711\"", vec![known("2001:db8:cafe::17")]),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", vec![known("192.0.2.60")]),
            (
                "for=192.0.2.43, for=198.51.100.17",
                vec![known("198.51.100.17"), known("192.0.2.43")],
            ),
            ("for=_SEVKISEK, for=unknown", vec![None, None]),
            ("for=192.0.2.43;host=\"a,b\"", vec![known("192.0.2.43")]),
        ] {
            assert_eq!(addresses(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_is_malformed_is_nobodys_address() {
        for wrong in [
            "",
            "for",
            "for=",
            "by=1.2.3.4",
            "for=1.2.3.4;for=5.6.7.8",
            "for=::1",
            "for=1.2.3.4:80",
            "for=\"1.2.3.4",
            "for=\"a\\\"b\"",
            "for=1.2.3.4;",
            "for=\"1.2.3.4\"x",
        ] {
            let read = addresses(wrong).and_then(|all| all[0]);
            assert_eq!(read, None, "{wrong}");
        }
        assert_eq!(addresses("for=\", for=1.2.3.4"), None);
        assert_eq!(addresses(&"for=1.2.3.4,".repeat(40)), None);
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        let reads = |text: &str, address: &str| host(text) == Some(address.parse().unwrap());
        assert!(reads("192.0.2.1", "192.0.2.1") && reads("192.0.2.1:443", "192.0.2.1"));
        assert!(reads("2001:db8::1", "2001:db8::1") && reads("[2001:db8::1]", "2001:db8::1"));
        assert!(reads("[2001:db8::1]:443", "2001:db8::1"));
        assert!(
            reads("::ffff:192.0.2.1", "192.0.2.1") && reads("[::ffff:192.0.2.1]:1", "192.0.2.1")
        );
    }

    #[test]
    fn anything_else_is_not_an_address() {
        for wrong in [
            "",
            "unknown",
            "_hidden",
            "1.2.3",
            "01.2.3.4",
            "1.2.3.4:",
            "1.2.3.4:65536",
            "1.2.3.4:x",
            "1.2.3.4:+1",
            "[1.2.3.4]",
            "[::1",
            "::1]",
            "[::1]x",
            "[::1]:",
            "fe80::1%eth0",
            "1.2.3.4 ",
            "\u{202e}4.3.2.1",
            "localhost",
        ] {
            assert_eq!(host(wrong), None, "{wrong}");
        }
    }
}
