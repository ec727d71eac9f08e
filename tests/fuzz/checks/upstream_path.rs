//! No path of a call leaves the base URL.

use definable_errors::upstream::UpstreamPath;
use http::Uri;
use http::uri::Authority;
use percent_encoding::percent_decode_str;

/// Asserts that no path leaves the base URL, and that each segment arrives as it was.
pub fn upstream_path(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(encoded) = text.encoded() {
        check_url(&encoded);
        let wanted = text.strip_prefix('/').unwrap_or(text);
        let path = encoded.strip_prefix('/').unwrap_or(&encoded);
        assert_eq!(decoded(path), wanted, "{encoded}");
    }
    let items: Vec<&str> = text.split('\n').collect();
    if let Ok(encoded) = items.as_slice().encoded() {
        check_url(&encoded);
        let arrived: Vec<_> = encoded.split('/').skip(1).map(decoded).collect();
        assert_eq!(arrived, items, "{encoded}");
    }
}

fn check_url(encoded: &str) {
    let url = format!("http://api.example/v1{encoded}");
    let uri: Uri = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
    assert_eq!(uri.authority().map(Authority::as_str), Some("api.example"), "{url}");
    assert_eq!((uri.path(), uri.query()), (&url["http://api.example".len()..], None), "{url}");
    let is_dots = |segment: &str| matches!(&*decoded(segment), "." | "..");
    assert!(!uri.path().split('/').any(is_dots), "{url}");
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8().expect("it was text").into_owned()
}
