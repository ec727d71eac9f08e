//! A test that operators learn the subject of a request.

use std::sync::{Arc, Mutex};

use axum::routing::get as on_get;
use definable_errors::auth::Authenticated;
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use support::send;

use super::service::{User, routes, state, with};

#[tokio::test]
async fn report_contains_the_subject() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let seen = reported.clone();
    let failing = |_: Authenticated<User>, context: RequestContext| async move {
        ApiError::conflict(context.subject().unwrap().to_string())
    };
    let app = routes()
        .route("/failing", on_get(failing))
        .layer(ApiErrorLayer::new().report(move |event: &ErrorEvent<'_>| {
            let subject = event.context().subject().map(ToString::to_string);
            seen.lock().unwrap().push(subject);
        }))
        .with_state(state());
    let answer = send(app.clone(), with("/failing", &["Bearer good"])).await;
    assert_eq!(answer.json()["detail"], "user:ada");
    send(app, with("/failing", &["Bearer forged"])).await;
    assert_eq!(*reported.lock().unwrap(), [Some("user:ada".to_owned()), None]);
}
