//! What callers may do.

mod decision;
mod denial;
mod grants;
mod has_rights;
mod hidden;
mod member;
mod membership;
mod organization;
mod pattern;
mod permission;
mod require;
mod require_scope;
mod requirement;
mod rights;
mod role;
mod role_set;
mod rule;

pub use self::decision::{Check, Decision, Missing, Via};
pub use self::grants::{Grant, Grants};
pub use self::has_rights::{HasRights, HasScopes};
pub use self::hidden::{Absent, Hidden};
pub use self::member::Member;
pub use self::membership::{Membership, MembershipStatus};
pub use self::organization::{IdPlace, Organization};
pub use self::pattern::{InvalidPattern, Pattern};
pub use self::permission::Permission;
pub use self::require::{Require, RequireLevel};
pub use self::require_scope::RequireScope;
pub use self::requirement::{All, Any, CallerNotNamed, Level, Requirement, Scope, permissions};
pub use self::rights::Rights;
pub use self::role::{Role, RoleDefinition};
pub use self::role_set::{InvalidRoles, RoleSet, UnknownRole};
pub use self::rule::Rule;
use crate::auth::Answer;

/// Finds out how somebody belongs to an organization.
///
/// A store that fails says so with an error, which is always a 5xx for the client: who may do what
/// is not known then, and that is not the caller's fault.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know the members of `{O}`",
    note = "implement `Memberships<{O}>`: it looks a membership up by principal and organization"
)]
pub trait Memberships<O: Organization>: Send + Sync + 'static {
    /// The membership, whether or not it counts; none where there is none.
    fn find<'a>(
        &'a self,
        principal: &'a O::Principal,
        organization: &'a O::Id,
    ) -> Answer<'a, Option<Membership>>;
}
