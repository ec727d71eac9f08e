//! Property tests: every input results in a valid response.

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use axum::routing::get as on_get;
use definable_errors::problem::{ErrorStatus, Place, Problem, Violation, type_for_status};
use definable_errors::{ApiError, ApiErrorLayer, Challenge};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use proptest::prelude::*;
use serde_json::Value;
use tower::ServiceExt;

/// Sends `response` through the layer and returns the result.
fn answer(
    response: impl IntoResponse + Clone + Send + Sync + 'static,
    request: Request<Body>,
) -> Response<Vec<u8>> {
    let app: Router = Router::new()
        .route("/", on_get(async move || response.clone()))
        .layer(ApiErrorLayer::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
        Response::from_parts(parts, body.collect().await.unwrap().to_bytes().to_vec())
    })
}

fn get() -> Request<Body> {
    Request::get("/").body(Body::empty()).unwrap()
}

fn is_right(response: &Response<Vec<u8>>) {
    assert!(response.status().as_u16() >= 400);
    let json = response.headers()[header::CONTENT_TYPE] == "application/problem+json";
    if json && !response.body().is_empty() {
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(body["status"], response.status().as_u16());
        assert!(
            ["type", "title", "detail", "code", "instance", "request_id"]
                .iter()
                .all(|name| body[name].is_string())
        );
    } else {
        assert!(std::str::from_utf8(response.body()).is_ok());
    }
    let ids = response.headers().get_all("x-request-id").iter().count();
    assert_eq!(ids, 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_detail_and_member_result_in_a_valid_body(
        detail: String, name in "[a-zA-Z][a-zA-Z0-9_]{2,12}", value: String, pointer: String, status in 400_u16..600,
    ) {
        let violation = Violation::new(Place::Body(pointer.into()), "rule", detail.clone()).with_param(value.clone(), detail.clone());
        let mut problem = Problem::new(type_for_status(ErrorStatus::new(status).unwrap()))
            .with_detail(detail.clone())
            .with_violations([violation]);
        let is_member = problem.insert_member(name.clone(), value.clone()).is_ok();
        let error = ApiError::from_problem(problem);
        for media in ["application/json", "text/html", "text/plain", "text/markdown", "text/xml"] {
            let mut request = get();
            request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static(media));
            let response = answer(error.clone(), request);
            is_right(&response);
            if media == "application/json" {
                let body: Value = serde_json::from_slice(response.body()).unwrap();
                prop_assert_eq!(&body["detail"], &Value::from(detail.clone()));
                prop_assert!(!is_member || body[&name] == value);
            }
        }
    }

    #[test]
    fn any_member_name_is_accepted_or_rejected(name: String) {
        let mut problem = Problem::new(&definable_errors::problem::CONFLICT);
        let is_taken = problem.insert_member(name.clone(), 1).is_ok();
        let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        prop_assert!(!is_taken || (letters && name.len() >= 3));
    }

    #[test]
    fn any_header_and_challenge_are_valid_or_left_out(name: String, value: String, realm: String, param: String) {
        let challenge = Challenge::bearer(&realm);
        let challenge = challenge.clone().with_param("scope", &param).unwrap_or(challenge);
        let error = ApiError::unauthorized("No.").with_header(name, value).with_challenge(challenge);
        let response = answer(error, get());
        is_right(&response);
        prop_assert!(response.headers()[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer realm=\""));
    }

    #[test]
    fn any_accept_and_ids_are_harmless(accept: Vec<u8>, id: Vec<u8>, trace: Vec<u8>) {
        let mut request = get();
        for (name, value) in [("accept", accept), ("x-request-id", id), ("traceparent", trace)] {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                request.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        let response = answer(ApiError::conflict("taken"), request);
        is_right(&response);
        let id = response.headers()["x-request-id"].to_str().unwrap();
        prop_assert!(id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)));
    }

    #[test]
    fn any_foreign_text_becomes_a_valid_body(status in 400_u16..600, body: Vec<u8>, kind in "(text/plain|TEXT/PLAIN; charset=x)") {
        let response = (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, kind)], body.clone());
        let response = answer(response, get());
        is_right(&response);
        if status >= 500 && body.len() > 8 {
            prop_assert!(!response.body().windows(body.len()).any(|window| window == body));
        }
    }

    #[test]
    fn status_of_an_error_wins_over_any_outer_status(outer in 200_u16..600, inner in 400_u16..600) {
        let error = ApiError::from_status(ErrorStatus::new(inner).unwrap());
        let response = answer((StatusCode::from_u16(outer).unwrap(), error), get());
        prop_assert_eq!(response.status().as_u16(), inner);
        is_right(&response);
    }
}
