//! Every value of `Accept` gets an error in the format that it prefers, or in JSON if it accepts none.

use axum::Router;
use definable_errors::ApiErrorLayer;
use definable_errors::render::{MediaType, negotiate};
use http::header;

use super::exchange::{Exchange, request_with};

/// Asserts that every `Accept` gets a body in one of our formats, as it says, and that a range that
/// matches none of them changes nothing.
pub fn accept(bytes: &[u8]) {
    let Some(request) = request_with(header::ACCEPT, bytes) else { return };
    let router = Router::new().layer(ApiErrorLayer::new());
    let answer = Exchange::send(router, request);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.headers[header::VARY], "accept");
    let chosen = chosen(&answer);
    if chosen == MediaType::Json {
        assert_eq!(answer.problem()["code"], "route_not_found");
    } else {
        assert!(answer.text().contains("No route matched"), "{}", answer.text());
    }
    if let Ok(accept) = std::str::from_utf8(bytes) {
        check_choice(accept, chosen);
    }
}

fn chosen(answer: &Exchange) -> MediaType {
    let sent = &answer.headers[header::CONTENT_TYPE];
    let is_sent = |media: &&MediaType| media.content_type() == *sent;
    *MediaType::ALL.iter().find(is_sent).expect("it is one of our formats")
}

fn check_choice(accept: &str, chosen: MediaType) {
    // The layer reads the field as the function does, if it is ASCII (RFC 9110 §5.5).
    if accept.is_ascii() {
        assert_eq!(negotiate(accept), chosen, "{accept:?}");
    }
    // Ranges after the first ones of an absurd header are not read.
    if accept.split(',').count() > 16 {
        return;
    }
    let negotiated = negotiate(accept);
    for other in ["image/png", "nonsense", "text/html;q=2", "a/b;q=1.000"] {
        assert_eq!(
            negotiate(&format!("{other},{accept}")),
            negotiated,
            "{other} before {accept:?}"
        );
        assert_eq!(negotiate(&format!("{accept},{other}")), negotiated, "{other} after {accept:?}");
    }
}
