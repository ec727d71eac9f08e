//! Guards that require a permission.

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, FromRequestParts};
use axum::handler::Handler;
use axum::routing::get;
use definable_errors::auth::{Authenticated, Bearer, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::rbac::{
    HasRights, Member, Membership, Memberships, Organization, Require, Requirement, Rights, Role,
    RoleDefinition, RoleSet, permissions,
};
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use tower::service_fn;

use super::request;
use crate::row::Scenario;

pub(crate) const CHECK: &str = "permission check alone, 12 grants";
pub(crate) const REQUIRED: &str = "success, a permission required, 12 grants";
const MEMBER: &str = "success, a member with a permission, 12 grants";

/// The grants of a caller; the twelfth covers the required permission.
const GRANTS: [&str; 12] = [
    "orders:*",
    "jobs:read",
    "jobs:write",
    "members:read",
    "invoices:*",
    "*:export",
    "kb:write",
    "kb:delete",
    "reports:r*",
    "hooks:*",
    "keys:read",
    "kb:r*",
];

permissions! {
    caller = Authenticated<User>;

    KbRead = "kb:read";
}

pub(super) fn check() -> Scenario {
    Scenario::new(CHECK, 200, request::plain)
        .row("no check", || service_fn(unchecked))
        .ours(|| service_fn(checked), |_| {})
}

async fn unchecked(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::empty()))
}

async fn checked(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    let decision = black_box(&**ROLE).rights().decide(black_box(KbRead::RULE));
    assert!(decision.is_allowed(), "the twelfth grant covers it");
    Ok(Response::new(Body::empty()))
}

pub(super) fn required() -> Scenario {
    Scenario::new(REQUIRED, 200, presented)
        .row("`Authenticated`, nothing required", || router(authenticated))
        .row("by hand: a loop over strings behind `Authenticated`", || router(by_hand))
        .ours(
            || router(async |user: Require<KbRead>| user.role.name().to_owned()),
            |answer| assert_eq!(answer.body, "clerk"),
        )
}

pub(super) fn member() -> Scenario {
    Scenario::new(MEMBER, 200, presented)
        .row("`Authenticated`, no organization", || router(authenticated))
        .row("by hand: a lookup and a loop behind `Authenticated`", || router(member_by_hand))
        .ours(
            || {
                router(async |member: Require<KbRead, Member<Org>>| {
                    member.membership().role().name().to_owned()
                })
            },
            |answer| assert_eq!(answer.body, "clerk"),
        )
}

static ROLE: std::sync::LazyLock<Arc<Role>> = std::sync::LazyLock::new(|| {
    let roles = RoleSet::new([RoleDefinition::new("clerk", 20).with_grants(GRANTS)]);
    roles.expect("legal grants").get("clerk").expect("it is there")
});

struct User {
    role: Arc<Role>,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user("7")
    }
}

impl HasRights for User {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(&self.role)
    }
}

struct Org;

impl Organization for Org {
    type Id = u64;
    type Principal = User;
}

/// A verifier that accepts every token at once, since the cost of the lookup is the service's own.
struct Global;

impl Verify<User> for Global {
    fn verify<'a>(&'a self, _: &'a Bearer) -> ApiFuture<'a, User> {
        ApiFuture::ready(Ok(User { role: ROLE.clone() }))
    }
}

impl Memberships<Org> for Global {
    fn find<'a>(&'a self, _: &'a User, _: &'a u64) -> ApiFuture<'a, Option<Membership>> {
        ApiFuture::ready(Ok(Some(Membership::active(ROLE.clone()))))
    }
}

#[derive(Clone)]
struct AppState {
    verifier: Arc<dyn Verify<User>>,
    memberships: Arc<dyn Memberships<Org>>,
}

impl FromRef<AppState> for Arc<dyn Verify<User>> {
    fn from_ref(state: &AppState) -> Self {
        state.verifier.clone()
    }
}

impl FromRef<AppState> for Arc<dyn Memberships<Org>> {
    fn from_ref(state: &AppState) -> Self {
        state.memberships.clone()
    }
}

fn router<H: Handler<T, AppState>, T: 'static>(handler: H) -> Router {
    let state = AppState { verifier: Arc::new(Global), memberships: Arc::new(Global) };
    Router::new().route("/orders", get(handler)).with_state(state)
}

fn presented() -> Request<Body> {
    let mut request = request::plain();
    *request.uri_mut() = Uri::from_static("/orders?org_id=7");
    let token = HeaderValue::from_static("Bearer mF_9.B5f-4.1JqM");
    request.headers_mut().insert(header::AUTHORIZATION, token);
    request
}

async fn authenticated(user: Authenticated<User>) -> String {
    user.role.name().to_owned()
}

async fn by_hand(user: Authenticated<User>) -> Result<String, StatusCode> {
    may_read(user.role.name())
}

struct OrgId(u64);

impl<S: Sync> FromRequestParts<S> for OrgId {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let query = parts.uri.query().unwrap_or_default();
        let id = query.split('&').find_map(|pair| pair.strip_prefix("org_id="));
        let id = id.and_then(|id| id.parse().ok());
        id.map(Self).ok_or(StatusCode::BAD_REQUEST)
    }
}

async fn member_by_hand(user: Authenticated<User>, org: OrgId) -> Result<String, StatusCode> {
    match black_box(org.0) {
        7 => may_read(user.role.name()),
        _ => Err(StatusCode::FORBIDDEN),
    }
}

/// Checks a permission as many services do: the grants are strings that are split on every check.
fn may_read(role: &str) -> Result<String, StatusCode> {
    let covers = |grant: &str| {
        let (resource, action) = grant.split_once(':').unwrap_or((grant, ""));
        let fits = |pattern: &str, word: &str| match pattern.strip_suffix('*') {
            Some(start) => word.starts_with(start),
            None => pattern == word,
        };
        fits(resource, "kb") && fits(action, "read")
    };
    if black_box(GRANTS).iter().any(|grant| covers(grant)) {
        Ok(role.to_owned())
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}
