//! What the headers of a request say about it: its ids and its trace.

use http::header;
use http::header::{GetAll, HeaderMap, HeaderName, HeaderValue};

use super::trace_context::TRACEPARENT;

/// The context that the request's headers contain.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    /// An id that is safe in a log line.
    pub(super) request_id: Option<HeaderValue>,
    /// The unparsed field, because most requests succeed and never need it.
    pub(super) traceparent: Option<HeaderValue>,
    /// Also unparsed; several fields are one list.
    pub(super) accept: Option<HeaderValue>,
}

impl Inbound {
    /// Reads the headers in one pass: for the few headers of a request, that costs less than three
    /// look-ups.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let (mut request, mut correlation) = (None, None);
        let (mut trace, mut traces) = (None, 0);
        let (mut accept, mut accepts) = (None, 0);
        for (name, value) in headers {
            match name.as_str() {
                REQUEST_ID => request = request.or(Some(value)),
                CORRELATION_ID => correlation = correlation.or(Some(value)),
                TRACEPARENT => {
                    trace = Some(value);
                    traces += 1;
                }
                "accept" => {
                    accept = Some(value);
                    accepts += 1;
                }
                _ => {}
            }
        }
        let legal = |id: Option<&'_ HeaderValue>| id.filter(|id| is_legal(id.as_bytes())).cloned();
        Self {
            request_id: legal(request).or_else(|| legal(correlation)),
            // Two fields count as none.
            traceparent: trace.filter(|_| traces == 1).cloned(),
            accept: match accepts {
                0 | 1 => accept.cloned(),
                _ => joined(&headers.get_all(header::ACCEPT)),
            },
        }
    }
}

/// Longer than any list that a client needs; the rest of an absurd one is not read.
const MAX_LIST: usize = 8 * 1024;

/// Joins the fields of one name with commas, because they are one list (RFC 9110 §5.3).
///
/// A client may split the list over any number of fields, so each one is copied only once.
#[cold]
fn joined(fields: &GetAll<'_, HeaderValue>) -> Option<HeaderValue> {
    let mut list = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        if list.len() >= MAX_LIST {
            break;
        }
        list.extend_from_slice(if at == 0 { b"" } else { b", " });
        list.extend_from_slice(field.as_bytes());
    }
    HeaderValue::from_bytes(&list).ok()
}

/// The header of the correlation id, in requests and responses.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static(REQUEST_ID);

const REQUEST_ID: &str = "x-request-id";
const CORRELATION_ID: &str = "x-correlation-id";

/// Whether an id is safe in a log line: `[A-Za-z0-9._-]{1,128}`.
fn is_legal(id: &[u8]) -> bool {
    // This runs for every request. Without an early return many bytes are compared at once.
    (1..=128).contains(&id.len()) && id.iter().fold(true, |all, byte| all & is_harmless(*byte))
}

const fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&'static str, &'static str)]) -> Inbound {
        let mut headers = HeaderMap::new();
        for &(name, value) in fields {
            headers.append(name, HeaderValue::from_static(value));
        }
        Inbound::read(&headers)
    }

    #[test]
    fn the_older_name_is_read_when_the_first_is_no_use() {
        let ids = [(REQUEST_ID, "not legal"), (CORRELATION_ID, "legal")];
        assert_eq!(read(&ids).request_id.unwrap(), "legal");
        let ids = [(CORRELATION_ID, "older"), (REQUEST_ID, "newer"), (REQUEST_ID, "newest")];
        assert_eq!(read(&ids).request_id.unwrap(), "newer");
    }

    #[test]
    fn fields_of_one_name_are_one_list() {
        assert_eq!(read(&[("accept", "a/b")]).accept.unwrap(), "a/b");
        assert_eq!(read(&[("accept", ""), ("accept", "a/b")]).accept.unwrap(), ", a/b");
        let three = [("accept", "a/b"), ("accept", "c/d;q=0.5, e/f"), ("accept", "g/h")];
        assert_eq!(read(&three).accept.unwrap(), "a/b, c/d;q=0.5, e/f, g/h");
    }

    #[test]
    fn absurd_list_is_cut_at_a_bound() {
        let accept = read(&vec![("accept", "text/html;q=0.5"); 10_000]).accept.unwrap();
        assert!((MAX_LIST..MAX_LIST + 64).contains(&accept.len()));
    }

    #[test]
    fn two_traces_are_none() {
        assert!(read(&[(TRACEPARENT, "one")]).traceparent.is_some());
        assert!(read(&[(TRACEPARENT, "one"), (TRACEPARENT, "two")]).traceparent.is_none());
    }

    #[test]
    fn only_harmless_ids_are_taken() {
        let legal = |id: &str| is_legal(id.as_bytes());
        assert!(["a", "A-1_b.c", &"x".repeat(128)].into_iter().all(legal));
        assert!(!["", "a b", "a\tb", "<script>", "a,b", &"x".repeat(129)].into_iter().any(legal));
    }
}
