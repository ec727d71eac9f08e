use http::header::{HeaderMap, HeaderValue};

use super::request_id::{CORRELATION_ID, REQUEST_ID, is_legal};
use super::trace_context::TRACEPARENT;

/// What the caller's headers say of the request.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    /// An id that can be trusted in a log line.
    pub(super) request_id: Option<HeaderValue>,
    /// As it came: most requests succeed and nobody looks at it.
    pub(super) traceparent: Option<HeaderValue>,
    /// Also as it came; several fields are one list.
    pub(super) accept: Option<HeaderValue>,
}

impl Inbound {
    /// Reads the headers in one pass: for the few that a request has, that costs less than three
    /// look-ups.
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let (mut request, mut correlation) = (None, None);
        let (mut trace, mut traces) = (None, 0);
        let mut accept = None;
        for (name, value) in headers {
            match name.as_str() {
                REQUEST_ID => request = request.or(Some(value)),
                CORRELATION_ID => correlation = correlation.or(Some(value)),
                TRACEPARENT => {
                    trace = Some(value);
                    traces += 1;
                }
                "accept" => accept = listed(accept, value),
                _ => {}
            }
        }
        let legal = |id: Option<&'_ HeaderValue>| id.filter(|id| is_legal(id.as_bytes())).cloned();
        Self {
            request_id: legal(request).or_else(|| legal(correlation)),
            // Two of them are none.
            traceparent: trace.filter(|_| traces == 1).cloned(),
            accept,
        }
    }
}

/// RFC 9110 §5.3: fields of one name are a list, joined by commas.
fn listed(known: Option<HeaderValue>, more: &HeaderValue) -> Option<HeaderValue> {
    match known {
        None => Some(more.clone()),
        Some(known) => {
            let list = [known.as_bytes(), more.as_bytes()].join(&b", "[..]);
            HeaderValue::from_bytes(&list).ok()
        }
    }
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

    // S-50
    #[test]
    fn two_traces_are_none() {
        assert!(read(&[(TRACEPARENT, "one")]).traceparent.is_some());
        assert!(read(&[(TRACEPARENT, "one"), (TRACEPARENT, "two")]).traceparent.is_none());
    }
}
