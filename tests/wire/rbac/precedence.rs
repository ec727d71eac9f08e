//! Tests of precedence: 404 and 405 come first, then 401, then 403, then violations of the body.

use axum::body::Body;
use http::{Method, Request};
use support::{get, posting, request, send};

use super::service::{ACME, app, as_user, with_token};

fn posted(content_type: &str, body: &'static str) -> Request<Body> {
    posting(&format!("/write?org_id={ACME}"), content_type, body)
}

async fn code(request: Request<Body>) -> (u16, String) {
    let answer = send(app(), request).await;
    answer.check();
    let code = if answer.status.is_success() { String::new() } else { answer.code() };
    (answer.status.as_u16(), code)
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn authentication_precedes_authorization_and_that_the_body() {
    for (content_type, body) in [("text/csv", "1"), ("application/json", "x")] {
        assert_eq!(code(posted(content_type, body)).await, is(401, "missing_credentials"));
        let forged = with_token("forged", posted(content_type, body));
        assert_eq!(code(forged).await, is(401, "invalid_token"));
        let guest = with_token("guest", posted(content_type, body));
        assert_eq!(code(guest).await, is(403, "insufficient_permissions"));
        let stranger = with_token("stranger", posted(content_type, body));
        assert_eq!(code(stranger).await, is(403, "not_a_member"));
    }
    let member = |content_type, body| with_token("member", posted(content_type, body));
    assert_eq!(code(member("text/csv", "1")).await, is(415, "unsupported_media_type"));
    assert_eq!(code(member("application/json", "x")).await, is(400, "malformed_body"));
    assert_eq!(code(member("application/json", "7")).await, is(200, ""));
}

#[tokio::test]
async fn authentication_precedes_the_organization() {
    assert_eq!(code(get("/read")).await, is(401, "missing_credentials"));
    assert_eq!(code(with_token("guest", get("/read"))).await, is(400, "validation_failed"));
}

#[tokio::test]
async fn routes_and_methods_come_first() {
    assert_eq!(code(get("/nowhere")).await, is(404, "route_not_found"));
    let wrong = send(app(), request(Method::DELETE, "/read")).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, Some("GET,HEAD")));
}

// An authenticated caller without permission is not challenged, however often it repeats the
// request.
#[tokio::test]
async fn denial_has_no_challenge() {
    for user in ["guest", "stranger"] {
        let denied = || with_token(user, posted("application/json", "7"));
        let (first, second) = (send(app(), denied()).await, send(app(), denied()).await);
        assert_eq!((first.status.as_u16(), first.header("www-authenticate")), (403, None));
        assert_eq!(first.to_string(), second.to_string());
        assert!(first.json().get("retryable").is_none() && first.header("retry-after").is_none());
    }
}

#[tokio::test]
async fn head_is_authorized_as_get_is() {
    let mut head = as_user("guest", "/level");
    *head.method_mut() = Method::HEAD;
    let answer = send(app(), head).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (403, ""));
}
