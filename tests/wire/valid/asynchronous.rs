//! Tests of asynchronous rules.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::{get as on_get, post};
use definable_errors::ApiError;
use definable_errors::extract::{AsyncRules, Json, Query, Rules, ValidAsync, Violations};
use expect_test::expect;
use support::get;

use super::{answer, posting, reported};

/// A store of one team that counts its queries.
#[derive(Clone, Default)]
struct Teams(Arc<AtomicUsize>);

impl Teams {
    async fn has(&self, name: &str) -> Result<bool, ApiError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        match name {
            "hunter2-down" => Err(ApiError::service_unavailable(Duration::from_secs(3))),
            name => Ok(name == "hunter2"),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewTeam {
    team_name: String,
    size: u8,
}

impl Rules for NewTeam {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("size", &self.size).range(..=10);
    }
}

impl AsyncRules<Teams> for NewTeam {
    async fn check_async(
        &self,
        teams: &Teams,
        violations: &mut Violations<'_>,
    ) -> Result<(), ApiError> {
        if teams.has(&self.team_name).await? {
            violations.report("team_name").duplicate();
        }
        Ok(())
    }
}

fn app(teams: &Teams) -> Router {
    Router::new()
        .route("/teams", post(|_: ValidAsync<Json<NewTeam>>| async { "yes" }))
        .route("/teams", on_get(|_: ValidAsync<Query<NewTeam>>| async { "yes" }))
        .with_state(teams.clone())
}

#[tokio::test]
async fn valid_team_is_accepted() {
    let teams = Teams::default();
    let sent = posting("/teams", r#"{"teamName":"new","size":1}"#);
    assert_eq!(answer(app(&teams), sent).await.body, "yes");
    assert_eq!(answer(app(&teams), get("/teams?teamName=new&size=1")).await.body, "yes");
    assert_eq!(teams.0.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn broken_asynchronous_rule_is_reported() {
    let teams = Teams::default();
    let sent = posting("/teams", r#"{"teamName":"hunter2","size":1}"#);
    let unique = "/teamName duplicate: must be unique";
    assert_eq!(reported(app(&teams), sent).await, [format!("body #{unique}")]);
    let sent = get("/teams?teamName=hunter2&size=1");
    assert_eq!(reported(app(&teams), sent).await, [format!("query {}", &unique[1..])]);
}

#[tokio::test]
async fn store_is_not_queried_about_invalid_input() {
    let teams = Teams::default();
    for sent in [r#"{"teamName":"hunter2","size":11}"#, r#"{"teamName":"hunter2"}"#] {
        assert_eq!(reported(app(&teams), posting("/teams", sent)).await.len(), 1);
    }
    assert_eq!(teams.0.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn failing_store_is_no_violation() {
    let sent = posting("/teams", r#"{"teamName":"hunter2-down","size":1}"#);
    answer(app(&Teams::default()), sent).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 3
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/service_unavailable"
        title: "Service unavailable"
        status: 503
        detail: "Service unavailable"
        instance: "urn:uuid:<id>"
        code: "service_unavailable"
        request_id: "<id>"
        retry_after: 3
        retryable: true
    "#]]);
}
