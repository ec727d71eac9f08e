//! Paths of requests: segments that are percent-encoded and appended to the base URL.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::UpstreamRequestError;

/// Everything but the characters of a segment (RFC 3986 §3.3, `pchar`).
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path of a request, relative to the base URL of its service.
///
/// A text is split at `/`, and an array holds one segment in each item: whatever an item contains,
/// it stays one segment. Use an array for everything that comes from a client.
///
/// | path | appended to the base URL |
/// |---|---|
/// | `"/orders/42"`, `"orders/42"` | `/orders/42` |
/// | `["orders", "4/2 ?"]` | `/orders/4%2F2%20%3F` |
///
/// A path cannot leave the base URL: a scheme, an authority, a dot segment and an empty segment are
/// errors (RFC 3986 §3, §5.2.4).
///
/// Implemented for strings, and for arrays and slices of them; it cannot be implemented elsewhere.
pub trait UpstreamPath: sealed::Sealed {
    #[doc(hidden)]
    fn encoded(&self) -> Result<String, UpstreamRequestError>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for str {}
    impl Sealed for String {}
    impl<S: AsRef<str>> Sealed for [S] {}
    impl<S: AsRef<str>, const N: usize> Sealed for [S; N] {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
}

impl UpstreamPath for str {
    fn encoded(&self) -> Result<String, UpstreamRequestError> {
        text(self)
    }
}

impl UpstreamPath for String {
    fn encoded(&self) -> Result<String, UpstreamRequestError> {
        text(self)
    }
}

impl<S: AsRef<str>> UpstreamPath for [S] {
    fn encoded(&self) -> Result<String, UpstreamRequestError> {
        let mut path = String::new();
        for segment in self {
            push(&mut path, segment.as_ref())?;
        }
        Ok(path)
    }
}

impl<S: AsRef<str>, const N: usize> UpstreamPath for [S; N] {
    fn encoded(&self) -> Result<String, UpstreamRequestError> {
        self.as_slice().encoded()
    }
}

impl<T: UpstreamPath + ?Sized> UpstreamPath for &T {
    fn encoded(&self) -> Result<String, UpstreamRequestError> {
        (**self).encoded()
    }
}

/// Encodes a path that is one text. A slash at its end is kept.
fn text(text: &str) -> Result<String, UpstreamRequestError> {
    if text.starts_with("//") {
        return Err(UpstreamRequestError::Authority);
    }
    if has_scheme(text) {
        return Err(UpstreamRequestError::Scheme);
    }
    let relative = text.strip_prefix('/').unwrap_or(text);
    let (segments, end) = match relative.strip_suffix('/') {
        Some(segments) => (segments, "/"),
        None => (relative, ""),
    };
    let mut path = String::with_capacity(text.len() + 1);
    if !relative.is_empty() {
        for segment in segments.split('/') {
            push(&mut path, segment)?;
        }
    }
    path.push_str(end);
    Ok(path)
}

/// Whether the text begins with a scheme (RFC 3986 §3.1), so that it would be a URL of its own.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Appends one segment. Because `%` is encoded too, no segment is a dot segment in disguise.
fn push(path: &mut String, segment: &str) -> Result<(), UpstreamRequestError> {
    match segment {
        "" => return Err(UpstreamRequestError::EmptySegment),
        "." | ".." => return Err(UpstreamRequestError::DotSegment),
        _ => {}
    }
    path.push('/');
    path.extend(utf8_percent_encode(segment, ENCODED));
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::Url;

    use super::*;

    #[test]
    fn path_is_appended_as_encoded_segments() {
        for (path, encoded) in [
            ("/orders/42", "/orders/42"),
            ("orders/42", "/orders/42"),
            ("/orders/", "/orders/"),
            ("/", ""),
            ("", ""),
            ("/orders:search", "/orders:search"),
            ("/a b/ü?x=1#y", "/a%20b/%C3%BC%3Fx=1%23y"),
            ("/%2e%2e/a", "/%252e%252e/a"),
            ("/..%2f..", "/..%252f.."),
            ("/a\\..\\b", "/a%5C..%5Cb"),
            ("/.\t./a", "/.%09./a"),
            ("/a\r\nHost: b", "/a%0D%0AHost:%20b"),
            ("/@evil.example", "/@evil.example"),
            ("/...", "/..."),
        ] {
            assert_eq!(path.encoded().as_deref(), Ok(encoded), "{path:?}");
        }
    }

    #[test]
    fn path_that_leaves_the_base_url_is_an_error() {
        use UpstreamRequestError::{Authority, DotSegment, EmptySegment, Scheme};
        for (path, error) in [
            ("http://evil.example/", Scheme),
            ("HTTPS:evil", Scheme),
            ("javascript:alert(1)", Scheme),
            ("file:///etc/passwd", Scheme),
            ("//evil.example/a", Authority),
            ("///a", Authority),
            ("/../admin", DotSegment),
            ("/a/../../admin", DotSegment),
            ("..", DotSegment),
            ("/a/.", DotSegment),
            ("/a/./b", DotSegment),
            ("/a//b", EmptySegment),
            ("/a//", EmptySegment),
        ] {
            assert_eq!(path.encoded(), Err(error), "{path:?}");
        }
    }

    #[test]
    fn item_of_an_array_is_one_segment() {
        let id = String::from("../4/2?#%2f");
        assert_eq!(["orders", &id].encoded().as_deref(), Ok("/orders/..%2F4%2F2%3F%23%252f"));
        assert_eq!(["http://evil.example"].encoded().as_deref(), Ok("/http:%2F%2Fevil.example"));
        assert_eq!(["orders", ".."].encoded(), Err(UpstreamRequestError::DotSegment));
        // `DELETE /orders/` instead of one order.
        assert_eq!(["orders", ""].encoded(), Err(UpstreamRequestError::EmptySegment));
        let slice: &[String] = &[id];
        assert!(slice.encoded().is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever a text contains, the URL keeps its origin and the prefix of its path.
        #[test]
        fn no_path_leaves_the_base_url(path in "[./\\\\:%@?#a-z\\t\\n\\r \u{0}ü\\[]{0,24}") {
            if let Ok(encoded) = path.as_str().encoded() {
                let mut url: Url = "https://api.example/v1".parse().unwrap();
                url.set_path(&format!("/v1{encoded}"));
                prop_assert_eq!(url.origin().ascii_serialization(), "https://api.example");
                prop_assert!(url.path() == "/v1" || url.path().starts_with("/v1/"), "{}", url);
                prop_assert_eq!(url.path(), format!("/v1{encoded}"));
                prop_assert!(url.query().is_none() && url.fragment().is_none());
            }
        }

        #[test]
        fn item_comes_back_as_it_was(item in any::<String>()) {
            if let Ok(encoded) = [&item].encoded() {
                prop_assert_eq!(encoded.matches('/').count(), 1);
                let back = percent_encoding::percent_decode_str(&encoded[1..]).decode_utf8().unwrap();
                prop_assert_eq!(back, item);
            }
        }
    }
}
