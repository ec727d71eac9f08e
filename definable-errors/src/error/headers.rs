//! The headers that an error may have, and the value of `Retry-After`.

use std::time::SystemTime;

use http::header::{self, HeaderName, HeaderValue};

use super::BoxError;

/// Headers that are set by the code that writes the body or manages the connection.
const REFUSED: [HeaderName; 10] = [
    header::CONNECTION,
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
];

pub(super) fn checked<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue), BoxError>
where
    N: TryInto<HeaderName, Error: Into<BoxError>>,
    V: TryInto<HeaderValue, Error: Into<BoxError>>,
{
    let name = name.try_into().map_err(Into::into)?;
    let value = value.try_into().map_err(Into::into)?;
    if REFUSED.contains(&name) {
        return Err(format!("{name} is not an error's to set").into());
    }
    if name == header::RETRY_AFTER && retry_after(&value).is_none() {
        return Err("retry-after is whole seconds or a date".into());
    }
    Ok((name, value))
}

/// Parses the wait of a `Retry-After` header in seconds: a number, or a date, which counts from now
/// (RFC 9110 §10.2.3). A date in the past is one second, and a number that is too large is the
/// maximum. Returns `None` if the value is malformed.
pub(crate) fn retry_after(value: &HeaderValue) -> Option<u32> {
    let text = value.to_str().ok()?;
    // `parse` would also accept a sign.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().unwrap_or(u32::MAX));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let wait = date.duration_since(SystemTime::now()).unwrap_or_default();
    Some(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let wait = |text: &str| retry_after(&text.parse().unwrap());
        assert_eq!(wait("120"), Some(120));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(1));
        assert!(wait("Fri, 31 Dec 9999 23:59:59 GMT").is_some_and(|wait| wait > 1_000_000));
        assert_eq!(wait("99999999999999999999999"), Some(u32::MAX));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait(""), None);
        assert_eq!(wait("-1"), None);
        assert_eq!(wait("+1"), None);
        assert_eq!(wait("1.5"), None);
    }
    #[test]
    fn what_is_not_an_errors_to_set_is_refused() {
        let is_taken = |name: &str, value: &str| checked(name, value).is_ok();
        assert!(is_taken("x-quota", "10") && is_taken("retry-after", "10"));
        assert!(!is_taken("content-type", "text/html") && !is_taken("retry-after", "soon"));
        assert!(!is_taken("x quota", "10") && !is_taken("x-quota", "a\r\nb"));
    }
}
