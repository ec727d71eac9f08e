//! A service with the users of the reference server, whose tokens are user names.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::FromRef;
use axum::routing::{MethodRouter, get as on_get, post};
use definable_errors::auth::{Authenticator, Bearer, Credentials, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::rbac::{
    All, Any, Level, Member, Membership, MembershipStatus, Memberships, Organization, Require,
    RequireLevel, RequireScope, Role, RoleDefinition, RoleSet, permissions,
};
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use http::{Method, Request, header};
use support::request;
use uuid::Uuid;

pub(crate) const ACME: &str = "11111111-1111-4111-8111-111111111111";
pub(crate) const GLOBEX: &str = "22222222-2222-4222-8222-222222222222";

#[derive(Debug)]
pub(crate) struct User {
    pub(crate) name: String,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user(&self.name)
    }

    /// Guests have tokens for reading only.
    fn has_scope(&self, scope: &str) -> bool {
        self.name != "guest" || scope == "kb:read"
    }
}

pub(crate) struct Org;

impl Organization for Org {
    type Id = Uuid;
    type Principal = User;
}

permissions! {
    caller = Member<Org>;

    pub(crate) KbRead = "kb:read";
    pub(crate) KbWrite = "kb:write";
    pub(crate) KbDelete = "kb:delete";
    pub(crate) JobsRead = "jobs:read";
    pub(crate) MembersRead = "members:read";
}

#[derive(Clone, Default)]
pub(crate) struct Counters {
    pub(crate) verified: Arc<AtomicUsize>,
    pub(crate) found: Arc<AtomicUsize>,
}

struct Tokens(Counters);

impl Verify<User> for Tokens {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, User> {
        self.0.verified.fetch_add(1, Ordering::Relaxed);
        ApiFuture::ready(match token.as_str() {
            "forged" => Err(ApiError::invalid_token()),
            name => Ok(User { name: name.into() }),
        })
    }
}

pub(crate) struct Table {
    roles: RoleSet,
    counters: Counters,
}

impl Table {
    fn role(&self, name: &str) -> Result<Arc<Role>, ApiError> {
        self.roles.get(name).or_internal()
    }

    fn row(
        &self,
        user: &str,
        organization: &Uuid,
    ) -> Result<Option<(&'static str, Arc<Role>)>, ApiError> {
        let is_acme = organization.to_string() == ACME;
        Ok(Some(match (user, is_acme) {
            ("owner", true) => ("active", self.role("owner")?),
            ("admin", true) => ("active", self.role("admin")?),
            ("member", true) => ("active", self.role("member")?),
            ("guest", true) | ("member", false) => ("active", self.role("guest")?),
            ("suspended", true) => ("suspended", self.role("owner")?),
            ("invited", true) => ("invited", self.role("owner")?),
            ("deleted", true) => ("deleted", self.role("owner")?),
            ("odd", true) => ("ACTIVE", self.role("owner")?),
            ("unloaded", true) => ("active", self.role("hunter2")?),
            ("unreachable", _) => {
                Err(std::io::Error::other("hunter2: no such table")).or_internal()?
            }
            ("forbidden", _) => return Err(ApiError::forbidden("the database says hunter2")),
            ("overloaded", _) => {
                return Err(ApiError::overloaded(std::time::Duration::from_secs(3)));
            }
            _ => return Ok(None),
        }))
    }
}

impl Memberships<Org> for Table {
    fn find<'a>(
        &'a self,
        user: &'a User,
        organization: &'a Uuid,
    ) -> ApiFuture<'a, Option<Membership>> {
        self.counters.found.fetch_add(1, Ordering::Relaxed);
        ApiFuture::boxed(async move {
            let row = self.row(&user.name, organization)?;
            Ok(row.map(|(status, role)| Membership::new(MembershipStatus::from(status), role)))
        })
    }
}

#[derive(Clone)]
pub(crate) struct AppState {
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

fn roles() -> RoleSet {
    RoleSet::new([
        RoleDefinition::new("owner", 100).with_grants(["*:*"]),
        RoleDefinition::new("admin", 80).with_grants(["kb:*", "jobs:*", "members:read"]),
        RoleDefinition::new("member", 20)
            .with_grants(["kb:write", "jobs:*"])
            .with_inherited(["guest"]),
        RoleDefinition::new("guest", 10).with_grants(["kb:read"]),
    ])
    .unwrap()
}

pub(crate) fn state() -> AppState {
    counted(&Counters::default())
}

pub(crate) fn counted(counters: &Counters) -> AppState {
    let table = Table { roles: roles(), counters: counters.clone() };
    AppState { verifier: Arc::new(Tokens(counters.clone())), memberships: Arc::new(table) }
}

/// Returns the state of a service that reads other credentials.
pub(crate) fn reading(credentials: Credentials) -> AppState {
    let verifier = Authenticator::new(Tokens(Counters::default())).credentials(credentials);
    AppState { verifier: Arc::new(verifier), ..state() }
}

/// Returns a service with a route for every guard.
pub(crate) fn app() -> Router {
    guarded(state())
}

pub(crate) fn guarded(state: AppState) -> Router {
    let routes: [(&str, MethodRouter<AppState>); 8] = [
        ("/member", on_get(|_: Member<Org>| async { "in" })),
        ("/read", on_get(|_: Require<KbRead>| async { "in" })),
        ("/write", post(|_: Require<KbWrite>, _: axum::Json<u8>| async { "in" })),
        ("/all", on_get(|_: Require<All<(KbRead, MembersRead)>>| async { "in" })),
        ("/any", on_get(|_: Require<Any<(MembersRead, JobsRead)>>| async { "in" })),
        ("/level", on_get(|_: RequireLevel<80, Member<Org>>| async { "in" })),
        ("/delete", on_get(|_: Require<All<(KbDelete, Level<100>)>>| async { "in" })),
        ("/scope", on_get(|_: RequireScope<KbWrite>| async { "in" })),
    ];
    let add = |app: Router<AppState>, (path, route)| app.route(path, route);
    let app = routes.into_iter().fold(Router::new(), add);
    app.layer(ApiErrorLayer::new()).with_state(state)
}

/// Returns a `GET` request of the path in acme.
pub(crate) fn as_user(name: &str, path: &str) -> Request<Body> {
    with_token(name, request(Method::GET, &format!("{path}?org_id={ACME}")))
}

pub(crate) fn with_token(token: &str, mut request: Request<Body>) -> Request<Body> {
    let value = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, value);
    request
}
