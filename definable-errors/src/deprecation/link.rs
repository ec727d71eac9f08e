//! Values of the `Link` header (RFC 8288): `<uri>; rel="relation"`.

use http::HeaderValue;

pub(super) fn link(uri: &str, relation: &str) -> HeaderValue {
    let is_uri = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    let is_legal = !uri.is_empty() && uri.bytes().all(is_uri);
    assert!(is_legal, "a link leads to a URI, not to {uri:?}");
    let link = format!("<{uri}>; rel=\"{relation}\"");
    HeaderValue::try_from(link).expect("a URI and a word are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 8288 §3
    #[test]
    fn a_link_is_a_uri_in_angles_and_its_relation() {
        assert_eq!(link("/v2/kbs?x=1", "sunset"), "</v2/kbs?x=1>; rel=\"sunset\"");
    }

    #[test]
    #[should_panic(expected = "a link leads to a URI")]
    fn what_could_end_the_link_is_refused() {
        let _ = link("/v2>; rel=\"x\"", "sunset");
    }
}
