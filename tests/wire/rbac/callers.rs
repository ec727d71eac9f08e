//! Tests of callers other than members: principals with their own roles, programs with API keys.

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get as on_get;
use definable_errors::auth::{
    ApiKey, ApiKeyRecord, ApiKeyStore, ApiKeys, Authenticated, Bearer, Principal, SecretDigest,
    Verify,
};
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::problem::{ProblemType, ProblemTypes};
use definable_errors::rbac::{
    Grants, HasRights, Member, Require, RequireLevel, RequireScope, Rights, permissions,
};
use definable_errors::{ApiError, ApiErrorLayer};
use http::Request;
use support::{get, send};

use super::service::{KbWrite, Org, with_token};

struct Clerk(Grants);

impl Principal for Clerk {
    fn subject(&self) -> Subject {
        Subject::user("clerk")
    }
}

impl HasRights for Clerk {
    fn rights(&self) -> Rights<'_> {
        Rights::from_grants(&self.0)
    }
}

/// A verifier of tokens that list their grants.
struct Claims;

impl Verify<Clerk> for Claims {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, Clerk> {
        let words = match token.as_str() {
            "readers" => vec!["orders:r*"],
            "broken" => vec!["orders"],
            _ => vec![],
        };
        ApiFuture::ready(
            Grants::parse(words)
                .map(Clerk)
                .map_err(|error| ApiError::invalid_token().with_source(error)),
        )
    }
}

permissions! {
    caller = Authenticated<Clerk>;

    OrdersRead = "orders:read";
    OrdersWrite = "orders:write";
}

#[derive(Clone)]
struct Program;

impl Principal for Program {
    fn subject(&self) -> Subject {
        Subject::api_key("ingest")
    }
}

struct Keys;

impl ApiKeyStore<Program> for Keys {
    fn find<'a>(
        &'a self,
        digest: &'a SecretDigest,
    ) -> ApiFuture<'a, Option<ApiKeyRecord<Program>>> {
        let record = |scopes: &[&str]| {
            ApiKeyRecord::new(*digest, Program).with_scopes(scopes.iter().copied())
        };
        ApiFuture::ready(Ok(match () {
            () if *digest == SecretDigest::sha256("writer") => Some(record(&["kb:write"])),
            () if *digest == SecretDigest::sha256("starred") => Some(record(&["*", "kb:*"])),
            () => None,
        }))
    }
}

#[derive(Clone)]
struct State {
    clerks: Arc<dyn Verify<Clerk>>,
    keys: ApiKeys<Program>,
}

impl FromRef<State> for Arc<dyn Verify<Clerk>> {
    fn from_ref(state: &State) -> Self {
        state.clerks.clone()
    }
}

impl FromRef<State> for ApiKeys<Program> {
    fn from_ref(state: &State) -> Self {
        state.keys.clone()
    }
}

fn app() -> Router {
    Router::new()
        .route(
            "/orders",
            on_get(|_: Require<OrdersRead>| async { "in" })
                .post(|_: Require<OrdersWrite>| async { "in" }),
        )
        .route("/level", on_get(|_: RequireLevel<1, Authenticated<Clerk>>| async { "in" }))
        .route(
            "/ingest",
            on_get(|key: Require<KbWrite, ApiKey<Program>>| async move {
                key.into_caller().subject().to_string()
            }),
        )
        .route("/scoped", on_get(|_: RequireScope<KbWrite, ApiKey<Program>>| async { "in" }))
        .layer(ApiErrorLayer::new())
        .with_state(State { clerks: Arc::new(Claims), keys: ApiKeys::new(Keys) })
}

async fn outcome(request: Request<axum::body::Body>) -> String {
    let answer = send(app(), request).await;
    answer.check();
    if answer.status.is_success() { answer.body } else { answer.code() }
}

#[tokio::test]
async fn principal_can_have_rights_of_its_own() {
    let mut write = with_token("readers", get("/orders"));
    *write.method_mut() = http::Method::POST;
    assert_eq!(outcome(write).await, "insufficient_permissions");
    assert_eq!(outcome(with_token("readers", get("/orders"))).await, "in");
    assert_eq!(outcome(with_token("nothing", get("/orders"))).await, "insufficient_permissions");
    assert_eq!(outcome(with_token("readers", get("/level"))).await, "insufficient_role");
    assert_eq!(outcome(with_token("broken", get("/orders"))).await, "invalid_token");
}

#[tokio::test]
async fn scopes_of_a_key_are_permissions_by_their_full_names() {
    let with_key = |key: &str, path: &str| {
        let mut request = get(path);
        request.headers_mut().insert("x-api-key", key.parse().unwrap());
        request
    };
    assert_eq!(outcome(with_key("writer", "/ingest")).await, "api_key:ingest");
    assert_eq!(outcome(with_key("starred", "/ingest")).await, "insufficient_permissions");
    assert_eq!(outcome(with_key("writer", "/scoped")).await, "in");
    assert_eq!(outcome(with_key("starred", "/scoped")).await, "insufficient_scope");
    assert_eq!(outcome(with_key("unknown", "/ingest")).await, "invalid_api_key");
    assert_eq!(outcome(get("/ingest")).await, "missing_credentials");
}

#[test]
fn guard_lists_its_problem_types() {
    let codes = |types: definable_errors::problem::Types| -> Vec<_> {
        types.iter().map(ProblemType::code).collect()
    };
    assert_eq!(
        codes(Require::<KbWrite, ApiKey<Program>>::TYPES),
        [
            "insufficient_permissions",
            "invalid_authorization",
            "missing_credentials",
            "invalid_api_key"
        ]
    );
    assert_eq!(
        codes(RequireLevel::<80, Member<Org>>::TYPES)[..5],
        [
            "insufficient_role",
            "validation_failed",
            "not_a_member",
            "membership_suspended",
            "membership_pending"
        ]
    );
}
