//! Reads one cookie of a request (RFC 6265 §4.2 and §5.4).

use http::header::{self, HeaderMap, HeaderValue};

/// Returns the value of the cookie `name`, or `None` if it is missing or empty.
///
/// # Errors
///
/// Returns a note for operators if the value is malformed, or if there are two different values.
pub(super) fn find(headers: &HeaderMap, name: &str) -> Result<Option<HeaderValue>, &'static str> {
    let mut found = None;
    for field in headers.get_all(header::COOKIE) {
        for pair in field.as_bytes().split(|byte| *byte == b';') {
            let Some(value) = value_of(pair, name).filter(|value| !value.is_empty()) else {
                continue;
            };
            if found.is_some_and(|found| found != value) {
                return Err("two cookies with the name");
            }
            found = Some(value);
        }
    }
    let Some(value) = found else { return Ok(None) };
    if !value.iter().copied().all(is_octet) {
        return Err("the cookie is malformed");
    }
    let mut value = HeaderValue::from_bytes(value).map_err(|_| "the cookie is malformed")?;
    value.set_sensitive(true);
    Ok(Some(value))
}

/// Returns the value of a pair with this name, without the quotes around it.
fn value_of<'a>(pair: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let pair = pair.trim_ascii();
    let equals = pair.iter().position(|byte| *byte == b'=')?;
    if pair[..equals].trim_ascii_end() != name.as_bytes() {
        return None;
    }
    let value = pair[equals + 1..].trim_ascii_start();
    match value {
        [b'"', inside @ .., b'"'] => Some(inside),
        value => Some(value),
    }
}

/// Whether a value may contain the byte: a `cookie-octet`.
const fn is_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')
}

/// Whether this is the name of a cookie: a token (RFC 9110 §5.6.2).
pub(super) fn is_name(name: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[&str]) -> Result<Option<String>, &'static str> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::COOKIE, HeaderValue::from_bytes(field.as_bytes()).unwrap());
        }
        let value = find(&headers, "id")?;
        Ok(value.map(|value| value.to_str().unwrap().to_owned()))
    }

    #[test]
    fn cookie_is_found_wherever_it_is() {
        for fields in [
            &["id=a/b+c=="][..],
            &["id=\"a/b+c==\""],
            &["x=1; id=a/b+c==; y=2"],
            &["x=1;id=a/b+c==;y"],
            &["x=1", "id=a/b+c=="],
            &["id =  a/b+c== ; id=a/b+c=="],
            &["name=ü; id=a/b+c=="],
            &["id=; id=a/b+c=="],
        ] {
            assert_eq!(read(fields), Ok(Some("a/b+c==".into())), "{fields:?}");
        }
    }

    #[test]
    fn missing_or_empty_cookie_is_none() {
        for fields in [
            &[][..],
            &[""],
            &["id"],
            &["id="],
            &["id=\"\""],
            &["ID=a"],
            &["xid=a; idx=a; x=id=a"],
            &[";;;=;"],
        ] {
            assert_eq!(read(fields), Ok(None), "{fields:?}");
        }
    }

    #[test]
    fn what_cannot_be_the_cookie_is_malformed() {
        for fields in [
            &["id=a b"][..],
            &["id=a,b"],
            &["id=a\"b"],
            &["id=\""],
            &["id=a\\b"],
            &["id=ä"],
            &["id=a; id=b"],
            &["id=a", "id=b"],
        ] {
            assert!(read(fields).is_err(), "{fields:?}");
        }
    }
}
