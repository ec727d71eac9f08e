//! Authorization: permissions, roles, and members of organizations.
//!
//! A service names its permissions, and states once which extractor provides the rights. The first
//! argument of a handler is the guard. If the token says which role a user has, the extractor is
//! [`Authenticated`](crate::auth::Authenticated):
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{Router, extract::Path, routing::delete};
//! # use definable_errors::auth::Verify;
//! use definable_errors::auth::{Authenticated, Principal};
//! use definable_errors::context::Subject;
//! use definable_errors::rbac::{HasRights, Require, Rights, Role, permissions};
//!
//! struct User {
//!     name: String,
//!     role: Arc<Role>, // from `RoleSet::get`, in the verifier
//! }
//!
//! impl Principal for User {
//!     fn subject(&self) -> Subject {
//!         Subject::user(&self.name)
//!     }
//! }
//!
//! impl HasRights for User {
//!     fn rights(&self) -> Rights<'_> {
//!         Rights::from_role(&self.role)
//!     }
//! }
//!
//! permissions! {
//!     caller = Authenticated<User>;
//!
//!     /// Permission to delete orders.
//!     OrderDelete = "order:delete";
//! }
//!
//! async fn remove(caller: Require<OrderDelete>, Path(id): Path<u64>) -> String {
//!     format!("order {id} was deleted by {}", caller.name)
//! }
//!
//! let routes = Router::new().route("/orders/{id}", delete(remove));
//! # let _: Router<Arc<dyn Verify<User>>> = routes;
//! ```
//!
//! If a user has a role in each organization, it is [`Member`]:
//!
//! ```
//! # use std::sync::Arc;
//! # use axum::Router;
//! # use axum::extract::FromRef;
//! # use axum::routing::{delete, get};
//! # use definable_errors::auth::{Principal, Verify};
//! # use definable_errors::context::Subject;
//! # use definable_errors::rbac::{
//! #     All, Level, Member, Membership, Memberships, Organization, Require, RoleDefinition,
//! #     RoleSet, permissions,
//! # };
//! # use definable_errors::ResultExt;
//! # use uuid::Uuid;
//! # struct User { id: u64 }
//! # impl Principal for User {
//! #     fn subject(&self) -> Subject { Subject::user(&self.id.to_string()) }
//! # }
//! # struct Org;
//! # impl Organization for Org {
//! #     type Id = Uuid;
//! #     type Principal = User;
//! # }
//! # #[derive(Clone)]
//! # struct AppState { verifier: Arc<dyn Verify<User>>, memberships: Arc<dyn Memberships<Org>> }
//! # impl FromRef<AppState> for Arc<dyn Verify<User>> {
//! #     fn from_ref(state: &AppState) -> Self { state.verifier.clone() }
//! # }
//! # impl FromRef<AppState> for Arc<dyn Memberships<Org>> {
//! #     fn from_ref(state: &AppState) -> Self { state.memberships.clone() }
//! # }
//! # fn role_of(_: &User, _: &Uuid) -> &'static str { "guest" }
//! permissions! {
//!     caller = Member<Org>;
//!
//!     /// Permission to search knowledge bases.
//!     KbRead = "kb:read";
//!     /// Permission to remove them.
//!     KbDelete = "kb:delete";
//! }
//!
//! async fn list(member: Require<KbRead>) -> String {
//!     format!("what {} may see", member.organization())
//! }
//!
//! async fn remove(member: Require<All<(KbDelete, Level<80>)>>) -> String {
//!     format!("removed by {}", member.principal().id)
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let roles = RoleSet::new([
//!     RoleDefinition::new("guest", 10).with_grants(["kb:read"]),
//!     RoleDefinition::new("admin", 80).with_inherited(["guest"]).with_grants(["kb:*"]),
//! ])?;
//! let memberships = move |user: &User, organization: &Uuid| {
//!     let role = roles.get(role_of(user, organization)); // looked up in a table
//!     async move { Ok(Some(Membership::active(role.or_internal()?))) }
//! };
//! let routes = Router::new().route("/kbs", get(list)).route("/kbs/{kb_id}", delete(remove));
//! # let _: (Router<AppState>, Arc<dyn Memberships<Org>>) = (routes, Arc::new(memberships));
//! # Ok(())
//! # }
//! ```
//!
//! An organization is what users are members of. By default a request names it in its query, as
//! `?org_id=…`. The state of the router contains the verifier of [`auth`](crate::auth) and the lookup
//! of memberships; axum derives `FromRef` with its feature `macros`:
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::extract::FromRef;
//! use definable_errors::auth::{Principal, Verify};
//! # use definable_errors::context::Subject;
//! use definable_errors::rbac::{Memberships, Organization};
//! use uuid::Uuid;
//!
//! # struct User;
//! # impl Principal for User {
//! #     fn subject(&self) -> Subject { Subject::user("7") }
//! # }
//! struct Org;
//!
//! impl Organization for Org {
//!     type Id = Uuid;
//!     type Principal = User;
//! }
//!
//! #[derive(Clone)]
//! struct AppState {
//!     verifier: Arc<dyn Verify<User>>,
//!     memberships: Arc<dyn Memberships<Org>>,
//! }
//!
//! impl FromRef<AppState> for Arc<dyn Verify<User>> {
//!     fn from_ref(state: &AppState) -> Self {
//!         state.verifier.clone()
//!     }
//! }
//!
//! impl FromRef<AppState> for Arc<dyn Memberships<Org>> {
//!     fn from_ref(state: &AppState) -> Self {
//!         state.memberships.clone()
//!     }
//! }
//! ```
//!
//! [`GuardedRouter`](crate::router) rejects at compile time any handler without a guard, and lists
//! which callers may call which route (feature `router`).
//!
//! # Responses
//!
//! | caller or request | response |
//! |---|---|
//! | no valid credentials | 401, the same as from [`Authenticated`](crate::auth::Authenticated) |
//! | the organization is missing or malformed | 400 `validation_failed`, a violation |
//! | no membership, or one that has ended | 403 `not_a_member` |
//! | the membership is suspended, or not accepted yet | 403 `membership_suspended`, `membership_pending` |
//! | a permission is missing | 403 `insufficient_permissions`: "Access denied. Required: kb:read" |
//! | only the level is too low | 403 `insufficient_role` |
//! | the scope of the token is too narrow | 403 `insufficient_scope`, with a challenge: [`RequireScope`] |
//! | the store fails | a 5xx, never a 403 |
//!
//! No response names the caller's roles. A rejected caller receives no new challenge, except for a
//! missing scope: another token would not help. Guards run before the arguments after them, so a
//! 403 is returned before any error about the body.
//!
//! # Grants
//!
//! A required permission is exact, `kb:read`. A grant may be a [`Pattern`]: `kb:*`, `*:read`,
//! `kb:r*`, `*`. Roles are checked when they are loaded: an invalid pattern, an unknown role, or a
//! role that inherits itself is an error at startup ([`RoleSet`]).
//!
//! # Callers
//!
//! `caller = …` names an extractor that implements [`HasRights`]: [`Member`] for roles in
//! organizations, [`Authenticated`](crate::auth::Authenticated) for principals with a role of their
//! own, [`ApiKey`](crate::auth::ApiKey) for programs, whose scopes are permissions by their full
//! names. A guard can name another: `Require<KbWrite, ApiKey<Client>>`. [`RequireLevel`] always
//! does.
//!
//! [`Organization::PLACE`] defines where a request names the organization; override
//! [`Organization::extract_id`] to read it from elsewhere.
//!
//! # Before a whole router
//!
//! ```
//! # use std::sync::Arc;
//! # use axum::{Router, extract::FromRef, routing::get};
//! # use definable_errors::auth::Verify;
//! # use definable_errors::guard;
//! # use definable_errors::rbac::{Memberships, Member, Organization, RequireLevel};
//! fn admin<O: Organization, S>(state: S) -> Router<S>
//! where
//!     S: Clone + Send + Sync + 'static,
//!     Arc<dyn Verify<O::Principal>>: FromRef<S>,
//!     Arc<dyn Memberships<O>>: FromRef<S>,
//! {
//!     Router::new()
//!         .route("/settings", get(|| async { "for administrators" }))
//!         .route_layer(guard::from_extractor::<RequireLevel<80, Member<O>>, _>(state))
//! }
//! ```
//!
//! A principal is verified and a membership looked up once per request, however many extractors and
//! guards need them.
//!
//! # Concealing resources
//!
//! [`Concealed`] replaces a denial by the 404 that the handler returns if there is no such
//! resource. For a resource of another organization, the handler itself returns the 404: it looks
//! only into the caller's organization.
//!
//! # Operators and developers
//!
//! The reason of every denial is in its private half: an [`Explanation`](crate::error::Explanation)
//! of what is missing and what was checked. It is logged, and in development it is returned in the
//! members `missing` and `checks`. A rule can also be evaluated without a request:
//! [`Rights::decide`].

mod concealed;
mod grants;
mod has_rights;
mod member;
mod organization;
mod permission;
mod require;
mod requirement;
mod rights;
mod roles;
mod rule;

pub use self::concealed::{Concealed, NotFoundType};
pub use self::grants::{Grant, Grants, Pattern, PatternError};
pub use self::has_rights::{HasRights, HasScopes};
pub use self::member::{Member, Membership, MembershipStatus};
pub use self::organization::{IdPlace, Organization};
pub use self::permission::Permission;
pub use self::require::{Require, RequireLevel, RequireScope};
#[doc(inline)]
pub use self::requirement::permissions;
pub use self::requirement::{All, Any, Level, Requirement, Scope, UnspecifiedCaller};
pub use self::rights::{Check, Decision, GrantedBy, Missing, Rights};
pub use self::roles::{Role, RoleDefinition, RoleSet, RoleSetError, UnknownRoleError};
pub use self::rule::Rule;
use crate::error::{ApiError, ApiFuture};

/// A store of the memberships of users in organizations.
///
/// A store that fails returns an error, which is always a 5xx for the client: the caller's rights
/// are unknown then, and that is not the caller's fault.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know the members of `{O}`",
    note = "implement `Memberships<{O}>`: it looks a membership up by principal and organization"
)]
pub trait Memberships<O: Organization>: Send + Sync + 'static {
    /// Returns the membership, whether or not it counts, or `None` if there is none.
    fn find<'a>(
        &'a self,
        principal: &'a O::Principal,
        organization: &'a O::Id,
    ) -> ApiFuture<'a, Option<Membership>>;
}

/// A closure that takes the principal and the organization's id, and returns a future of the
/// membership, looks memberships up. The future owns what it needs of the two.
///
/// ```
/// use definable_errors::auth::Principal;
/// use definable_errors::context::Subject;
/// use definable_errors::rbac::{Membership, Memberships, Organization, RoleDefinition, RoleSet};
///
/// struct User {
///     id: u64,
/// }
/// # impl Principal for User {
/// #     fn subject(&self) -> Subject { Subject::user(&self.id.to_string()) }
/// # }
///
/// struct Org;
///
/// impl Organization for Org {
///     type Id = u64;
///     type Principal = User;
/// }
///
/// fn memberships(roles: RoleSet) -> impl Memberships<Org> {
///     move |user: &User, organization: &u64| {
///         // In a service, a query by the two ids.
///         let role = (user.id == 7 && *organization == 1).then(|| roles.get("owner"));
///         async move {
///             match role {
///                 Some(Ok(role)) => Ok(Some(Membership::active(role))),
///                 _ => Ok(None),
///             }
///         }
///     }
/// }
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let memberships = memberships(RoleSet::new([RoleDefinition::new("owner", 100)])?);
/// assert!(memberships.find(&User { id: 7 }, &1).await?.is_some());
/// assert!(memberships.find(&User { id: 8 }, &1).await?.is_none());
/// # Ok(())
/// # }
/// # use futures_util::FutureExt;
/// # run().now_or_never().unwrap().unwrap();
/// ```
impl<O, F, R> Memberships<O> for F
where
    O: Organization,
    F: Fn(&O::Principal, &O::Id) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Option<Membership>, ApiError>> + Send + 'static,
{
    fn find<'a>(
        &'a self,
        principal: &'a O::Principal,
        organization: &'a O::Id,
    ) -> ApiFuture<'a, Option<Membership>> {
        ApiFuture::boxed(self(principal, organization))
    }
}
