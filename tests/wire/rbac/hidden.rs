//! Tests of denials that are concealed as a 404.

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::routing::get as on_get;
use definable_errors::problem::{ProblemType, ProblemTypes};
use definable_errors::rbac::{Concealed, NotFoundType, Require, RequireScope};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::request::Parts;
use support::{Answer, Recorder, get, send};

use super::service::{JobsRead, KbWrite, as_user, state, with_token};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "kb")]
pub(crate) enum KbError {
    #[error("kb {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "kb_id")]
        id: u64,
    },
    #[error("locked")]
    #[api(status = 409)]
    Locked,
}

pub(crate) struct NoKb;

impl NotFoundType for NoKb {
    const PROBLEM_TYPE: &'static ProblemType = KbError::TYPES.by_code("kb_not_found");

    async fn error(request: &mut Parts) -> ApiError {
        match Path::<u64>::from_request_parts(request, &()).await {
            Ok(Path(id)) => KbError::NotFound { id }.into(),
            Err(_) => ApiError::new(Self::PROBLEM_TYPE),
        }
    }
}

fn app(log: &Recorder) -> Router {
    type Guard = Concealed<Require<JobsRead>, NoKb>;
    let find = |member: Guard, Path(id): Path<u64>| async move {
        let _ = member.organization();
        match id {
            7 => Ok("the seventh"),
            8 => Err(KbError::Locked),
            id => Err(KbError::NotFound { id }),
        }
    };
    Router::new()
        .route("/kbs/{id}", on_get(find))
        .layer(ApiErrorLayer::new().report(log.clone()))
        .with_state(state())
}

/// Returns everything of a response but the ids.
fn seen(answer: &Answer) -> String {
    let mut lines = answer.to_string();
    lines.push_str(answer.header("content-length").unwrap());
    lines
}

#[tokio::test]
async fn denial_equals_the_404_of_the_handler() {
    let app = app(&Recorder::default());
    let real = send(app.clone(), as_user("member", "/kbs/42")).await;
    let hidden = send(app.clone(), as_user("guest", "/kbs/42")).await;
    hidden.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/kb_not_found"
        title: "Kb not found"
        status: 404
        detail: "kb 42 does not exist"
        instance: "urn:uuid:<id>"
        code: "kb_not_found"
        request_id: "<id>"
        kb_id: 42
    "#]]);
    assert_eq!(seen(&hidden), seen(&real));
    // A caller without access cannot distinguish what exists from what does not.
    let real = send(app.clone(), as_user("member", "/kbs/9")).await;
    let existing = send(app.clone(), as_user("guest", "/kbs/7")).await;
    assert_eq!(seen(&existing), seen(&real).replace('9', "7"));
    assert_eq!(send(app, as_user("member", "/kbs/7")).await.body, "the seventh");
}

#[tokio::test]
async fn every_denial_of_a_guard_is_concealed() {
    let app = app(&Recorder::default());
    for user in ["guest", "stranger", "suspended", "invited", "deleted"] {
        let answer = send(app.clone(), as_user(user, "/kbs/7")).await;
        answer.check();
        assert_eq!((answer.status.as_u16(), &*answer.code()), (404, "kb_not_found"), "{user}");
    }
}

#[tokio::test]
async fn other_errors_are_not_concealed() {
    let app = app(&Recorder::default());
    let code = async |request| send(app.clone(), request).await.code();
    assert_eq!(code(get("/kbs/7")).await, "missing_credentials");
    assert_eq!(code(with_token("forged", get("/kbs/7"))).await, "invalid_token");
    assert_eq!(code(with_token("guest", get("/kbs/7"))).await, "validation_failed");
    assert_eq!(code(as_user("unreachable", "/kbs/7")).await, "internal_error");
    assert_eq!(code(as_user("member", "/kbs/8")).await, "kb_locked");
}

#[tokio::test]
async fn operators_see_the_denial() {
    let log = Recorder::default();
    send(app(&log), as_user("guest", "/kbs/7")).await;
    expect!["insufficient_permissions (403): Access denied. Required: jobs:read: missing jobs:read: kb:read of guest does not cover jobs:read"].assert_eq(&log.records()[0].chain);
}

#[test]
fn concealed_problem_types_are_not_listed() {
    let codes = |types: definable_errors::problem::Types| -> Vec<_> {
        types.iter().map(ProblemType::code).collect()
    };
    let expected = [
        "kb_not_found",
        "validation_failed",
        "invalid_authorization",
        "missing_credentials",
        "invalid_token",
        "token_expired",
        "keys_unavailable",
    ];
    assert_eq!(codes(Concealed::<Require<JobsRead>, NoKb>::TYPES), expected);
    assert_eq!(codes(Concealed::<RequireScope<KbWrite>, NoKb>::TYPES), expected);
}
