//! JSON pointers, which name places in a body.

use std::borrow::Cow;
use std::fmt::{self, Write};

use percent_encoding::percent_decode_str;

/// A JSON pointer in URI fragment form, such as `#/items/0/qty` (RFC 6901 §6).
///
/// ```
/// use definable_errors::problem::{Place, Pointer};
///
/// let pointer = Pointer::root().key("a/b").index(0).key("größe");
/// assert_eq!(pointer.to_string(), "#/a~1b/0/gr%C3%B6%C3%9Fe");
/// assert_eq!(Place::Body(pointer.into()), Place::Body("#/a~1b/0/gr%C3%B6%C3%9Fe".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Pointer(String);

impl Pointer {
    /// Creates the pointer to the whole document: `#`.
    pub fn root() -> Self {
        let mut pointer = String::with_capacity(24);
        pointer.push('#');
        Self(pointer)
    }

    /// Appends the member `name`.
    pub fn key(mut self, name: &str) -> Self {
        self.0.push('/');
        if name.bytes().all(is_fragment) {
            self.0.push_str(name);
        } else {
            name.bytes().for_each(|byte| self.push_byte(byte));
        }
        self
    }

    /// Appends the element `index`, from 0.
    pub fn index(mut self, index: usize) -> Self {
        write!(self.0, "/{index}").expect("a string takes everything");
        self
    }

    /// Returns the pointer as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Appends a byte. RFC 6901 §3 escapes `~` and `/`; a fragment may contain what RFC 3986 §3.5
    /// allows.
    fn push_byte(&mut self, byte: u8) {
        match byte {
            b'~' => self.0.push_str("~0"),
            b'/' => self.0.push_str("~1"),
            _ if is_fragment(byte) => self.0.push(char::from(byte)),
            _ => write!(self.0, "%{byte:02X}").expect("a string takes everything"),
        }
    }
}

/// Returns the members of a pointer in fragment form, unescaped (RFC 6901 §4 and §6).
pub(super) fn segments(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|segment| {
        let decoded = percent_decode_str(segment).decode_utf8_lossy();
        if decoded.contains('~') {
            return Cow::Owned(decoded.replace("~1", "/").replace("~0", "~"));
        }
        decoded
    })
}

const fn is_fragment(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'$' | b'&'..=b'.' | b':' | b';' | b'=' | b'?' | b'@' | b'_')
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Pointer> for Cow<'static, str> {
    fn from(pointer: Pointer) -> Self {
        Self::Owned(pointer.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_a_legal_fragment() {
        let cases = [
            ("", "#/"),
            ("0", "#/0"),
            ("m~n", "#/m~0n"),
            ("a b%", "#/a%20b%25"),
            ("\"<é", "#/%22%3C%C3%A9"),
            ("a#[]^", "#/a%23%5B%5D%5E"),
        ];
        for (key, pointer) in cases {
            assert_eq!(Pointer::root().key(key).as_str(), pointer);
            assert_eq!(Pointer::root().key(key).to_string(), pointer);
            assert_eq!(segments(pointer).collect::<Vec<_>>(), [key]);
        }
        assert_eq!(segments("#").count(), 0);
        assert_eq!(segments("#/~01").collect::<Vec<_>>(), ["~1"]);
    }
}
