//! JSON of a problem that is prepared once, for errors that differ only in their ids.

use bytes::Bytes;

use super::json::json;
use super::{Document, Ids};
use crate::problem::Problem;

/// The JSON of a problem that is always the same except for its ids.
///
/// It is cut out of what [`Document`] writes, so it cannot differ from it.
#[derive(Debug)]
pub(crate) struct Template([Bytes; 4]);

impl Template {
    pub(crate) fn of(problem: &Problem, base: &str) -> Self {
        let json = json(&Document { problem, base, ids: Some(&Ids::BLANK), more: &[] });
        let is_blank = |byte: &u8| *byte == Ids::BLANK_BYTE;
        let mut pieces = json.split(is_blank).filter(|piece| !piece.is_empty());
        Self(std::array::from_fn(|_| {
            json.slice_ref(pieces.next().expect("there are three ids, and text around each"))
        }))
    }

    pub(crate) fn fill(&self, ids: &Ids<'_>) -> Bytes {
        let [start, code, trace_name, end] = self.0.each_ref().map(|piece| &**piece);
        let trace = ids.trace_id.map_or([&b""[..], b""], |trace_id| [trace_name, trace_id]);
        let pieces = [start, &ids.instance, code, ids.request_id(), trace[0], trace[1], end];
        pieces.concat().into()
    }
}

#[cfg(test)]
mod tests {
    use http::{Extensions, HeaderMap, HeaderValue, Method};

    use super::*;
    use crate::context::RequestContext;
    use crate::problem::ROUTE_NOT_FOUND;

    const BASE: &str = "https://errors.example.com/";

    fn context(fields: &[(&'static str, &'static str)]) -> RequestContext {
        let mut headers = HeaderMap::new();
        for &(name, value) in fields {
            headers.insert(name, HeaderValue::from_static(value));
        }
        RequestContext::new(&Method::GET, &headers, &Extensions::new())
    }

    #[test]
    fn a_template_says_what_the_document_says() {
        let problem = Problem::new(&ROUTE_NOT_FOUND);
        let template = Template::of(&problem, BASE);
        let id = ("x-request-id", "mobile-7");
        let trace = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        for fields in [&[][..], &[id], &[trace], &[id, trace]] {
            let context = context(fields);
            let ids = Ids::of(&context);
            let document = Document { problem: &problem, base: BASE, ids: Some(&ids), more: &[] };
            assert_eq!(template.fill(&ids), json(&document), "{fields:?}");
        }
    }
}
