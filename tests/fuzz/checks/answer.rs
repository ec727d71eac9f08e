use axum::response::IntoResponse;
use definable_errors::ApiError;
use definable_errors::problem::Place;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use serde_json::Value;

/// Names that the types of the targets have, and may tell.
const NAMES: &str = "firstName Number Pair Named Unit Card Cash Add All Literal Nothing";

/// Whether a value would be known again wherever it came out.
pub fn is_canary(text: &str) -> bool {
    let is_special =
        |letter: char| !letter.is_ascii_lowercase() && !" ,.0123456789-_`\"?".contains(letter);
    let is_rare = text.contains(is_special) && !NAMES.contains(text);
    text.chars().count() >= 6 && (is_rare || text.contains("hunter2"))
}

/// A refusal has legal places, tells nothing that was submitted, and renders.
pub fn check_refusal(error: ApiError, canaries: &[String]) {
    let problem = error.problem();
    assert!((400..500).contains(&problem.status().as_u16()), "{error}");
    assert!(problem.violations().len() <= 100);
    if problem.code() == "validation_failed" {
        assert!(!problem.violations().is_empty(), "no violation");
    }
    for violation in problem.violations() {
        check_place(violation.place());
        let params = violation.params().iter().map(|(_, value)| value.to_string());
        let told = format!("{} {:?}", violation.detail(), params.collect::<Vec<_>>());
        check_told(&told, canaries);
    }
    check_told(problem.detail(), canaries);
    check_response(error);
}

fn check_told(told: &str, canaries: &[String]) {
    for canary in canaries {
        assert!(!told.contains(canary.as_str()), "{told} holds {canary}");
    }
}

fn check_place(place: &Place) {
    match place {
        Place::Body(pointer) | Place::Form(pointer) => check_pointer(&pointer.to_string()),
        Place::Query(name) | Place::Path(name) | Place::Header(name) | Place::Cookie(name) => {
            assert!(name.len() <= 512, "{name}");
        }
        other => panic!("{other:?}"),
    }
}

/// RFC 6901, as a fragment of a URI.
fn check_pointer(pointer: &str) {
    let rest = pointer.strip_prefix('#').expect("a fragment");
    assert!(rest.is_empty() || rest.starts_with('/'), "{pointer}");
    assert!(pointer.len() <= 2048, "{}", pointer.len());
    for (at, _) in rest.match_indices('~') {
        assert!(matches!(rest.as_bytes().get(at + 1), Some(b'0' | b'1')), "{pointer}");
    }
}

fn check_response(error: ApiError) {
    let status = error.problem().status().as_u16();
    let (parts, body) = error.into_response().into_parts();
    assert_eq!(parts.status.as_u16(), status);
    let bytes = body.collect().now_or_never().expect("it is there").expect("it is whole");
    let body: Value = serde_json::from_slice(&bytes.to_bytes()).expect("it is JSON");
    assert_eq!(body["status"], status);
}
