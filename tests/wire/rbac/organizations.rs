//! Tests of where a request names its organization.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::auth::Verify;
use definable_errors::error::ApiFuture;
use definable_errors::problem::{Place, Violation};
use definable_errors::rbac::{IdPlace, Member, Membership, Memberships, Organization};
use definable_errors::rbac::{RoleDefinition, RoleSet};
use definable_errors::{ApiError, RequestContext};
use expect_test::expect;
use http::request::Parts;
use std::sync::Arc;
use support::{get, send};

use super::service::{ACME, User, app, with_token};

#[tokio::test]
async fn missing_organization_is_a_violation() {
    send(app(), with_token("owner", get("/read"))).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"query","name":"org_id","code":"required","detail":"is required"}]
    "#]]);
}

#[tokio::test]
async fn malformed_organization_is_a_violation_and_not_echoed() {
    let answer = send(app(), with_token("owner", get("/read?org_id=hunter2"))).await;
    answer.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"query","name":"org_id","code":"invalid","detail":"is not valid"}]
    "#]]);
}

#[tokio::test]
async fn duplicate_organization_is_a_violation() {
    let twice = format!("/read?org_id={ACME}&a=b&org%5Fid={ACME}");
    let answer = send(app(), with_token("owner", get(&twice))).await;
    assert_eq!(answer.json()["errors"][0]["code"], "duplicate");
}

#[tokio::test]
async fn query_is_decoded() {
    let encoded = format!("/read?x=%zz&%6Frg_id={}", ACME.replace('-', "%2D"));
    assert_eq!(send(app(), with_token("owner", get(&encoded))).await.body, "in");
}

struct InPath;
struct InHeader;
struct InHost;

macro_rules! elsewhere {
    ($($organization:ident { $($body:tt)* })*) => {
        $(
            impl Organization for $organization {
                type Id = String;
                type Principal = User;
                $($body)*
            }

            impl Memberships<$organization> for EveryUser {
                fn find<'a>(&'a self, _: &'a User, _: &'a String) -> ApiFuture<'a, Option<Membership>> {
                    let roles = RoleSet::new([RoleDefinition::new("any", 1)]).unwrap();
                    ApiFuture::ready(Ok(Some(Membership::active(roles.get("any").unwrap()))))
                }
            }
        )*
    };
}

struct EveryUser;

elsewhere! {
    InPath { const PLACE: IdPlace = IdPlace::Path("org"); }
    InHeader { const PLACE: IdPlace = IdPlace::Header("x-org"); }
    InHost {
        async fn extract_id(request: &mut Parts) -> Result<String, ApiError> {
            let host = request.headers["host"].to_str().unwrap_or_default();
            host.strip_suffix(".example").map(ToOwned::to_owned).ok_or_else(|| {
                let place = Place::Header("host".into());
                ApiError::validation_failed([Violation::new(place, "invalid", "is not valid")])
            })
        }
    }
}

#[derive(Clone)]
struct State(super::service::AppState);

impl axum::extract::FromRef<State> for Arc<dyn Verify<User>> {
    fn from_ref(state: &State) -> Self {
        Self::from_ref(&state.0)
    }
}

impl<O> axum::extract::FromRef<State> for Arc<dyn Memberships<O>>
where
    O: Organization,
    EveryUser: Memberships<O>,
{
    fn from_ref(_: &State) -> Self {
        Arc::new(EveryUser)
    }
}

fn elsewhere() -> Router {
    Router::new()
        .route("/of/{org}/a", on_get(|it: Member<InPath>| async move { it.organization().clone() }))
        .route("/forgotten", on_get(|it: Member<InPath>| async move { it.organization().clone() }))
        .route("/header", on_get(|it: Member<InHeader>| async move { it.organization().clone() }))
        .route(
            "/host",
            on_get(
                |it: Member<InHost>, _: RequestContext| async move { it.organization().clone() },
            ),
        )
        .layer(ApiErrorLayer::new())
        .with_state(State(super::service::state()))
}

async fn named(
    mut request: http::Request<axum::body::Body>,
    headers: &[(&'static str, &str)],
) -> String {
    for (name, value) in headers {
        if *name == "host" {
            request.headers_mut().remove("host");
        }
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    let answer = send(elsewhere(), with_token("ada", request)).await;
    answer.check();
    match answer.status.as_u16() {
        200 => answer.body,
        500 => answer.code(),
        _ => {
            let violation = &answer.json()["errors"][0];
            format!("{} {} {}", violation["in"], violation["name"], violation["code"])
        }
    }
}

#[tokio::test]
async fn source_of_the_organization_is_configurable() {
    assert_eq!(named(get("/of/a%20b/a"), &[]).await, "a b");
    assert_eq!(named(get("/header"), &[("x-org", "acme")]).await, "acme");
    assert_eq!(named(get("/header"), &[]).await, r#""header" "x-org" "required""#);
    let two = [("x-org", "acme"), ("x-org", "acme")];
    assert_eq!(named(get("/header"), &two).await, r#""header" "x-org" "duplicate""#);
    assert_eq!(named(get("/host"), &[("host", "acme.example")]).await, "acme");
    assert_eq!(named(get("/host"), &[]).await, r#""header" "host" "invalid""#);
}

/// A missing path parameter is a mistake of the service, not of the client.
#[tokio::test]
async fn route_without_the_parameter_is_a_500() {
    assert_eq!(named(get("/forgotten"), &[]).await, "internal_error");
}
