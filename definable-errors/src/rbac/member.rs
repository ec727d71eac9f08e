//! Members of an organization: their membership, and the guard that looks it up.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::{HasRights, HasScopes, Memberships, Organization, Rights, Role};
use crate::auth::{Authenticated, Principal, Verify};
use crate::error::{ApiError, Explanation};
use crate::guard::{RouteGuard, Security};
use crate::problem::{
    INTERNAL_ERROR, MEMBERSHIP_PENDING, MEMBERSHIP_SUSPENDED, NOT_A_MEMBER, Problem, ProblemTypes,
    Types, VALIDATION_FAILED,
};

/// The membership of a user in an organization: a role and a status.
///
/// ```
/// use definable_errors::rbac::{Membership, MembershipStatus, RoleDefinition, RoleSet};
///
/// let roles = RoleSet::new([RoleDefinition::new("guest", 10)]).unwrap();
/// // As a table has it:
/// let (status, role) = ("suspended", "guest");
/// let membership = Membership::new(MembershipStatus::from(status), roles.get(role)?);
/// assert_eq!(membership.status(), MembershipStatus::Suspended);
/// # Ok::<(), definable_errors::rbac::UnknownRoleError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Membership {
    status: MembershipStatus,
    role: Arc<Role>,
}

impl Membership {
    /// Creates a membership with this status and role.
    pub const fn new(status: MembershipStatus, role: Arc<Role>) -> Self {
        Self { status, role }
    }

    /// Creates an active membership.
    pub const fn active(role: Arc<Role>) -> Self {
        Self::new(MembershipStatus::Active, role)
    }

    /// Returns the status, which decides whether the membership counts.
    pub const fn status(&self) -> MembershipStatus {
        self.status
    }

    /// Returns the role.
    pub const fn role(&self) -> &Arc<Role> {
        &self.role
    }
}

impl HasRights for Membership {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(&self.role)
    }
}

/// The status of a membership. Only [`Active`](Self::Active) counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MembershipStatus {
    /// The membership counts.
    Active,
    /// The invitation has not been accepted yet.
    Invited,
    /// The membership is suspended for a while.
    Suspended,
    /// The membership has ended.
    Deleted,
    /// The store contains an unknown status, so the membership does not count.
    Unknown,
}

/// Converts the status string of a store. There is no error: an unknown string is a status that
/// does not count.
impl From<&str> for MembershipStatus {
    fn from(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "invited" => Self::Invited,
            "suspended" => Self::Suspended,
            "deleted" => Self::Deleted,
            _ => Self::Unknown,
        }
    }
}

impl MembershipStatus {
    /// Returns the status as a string, as in stores and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
            Self::Unknown => "unknown",
        }
    }
}

/// An extractor for active members of the organization that the request names.
///
/// The verifier and the [`Memberships`] come from the state. A membership is looked up once per
/// request, however many extractors and guards need it. The [module](super) has an example.
pub struct Member<O: Organization> {
    principal: Arc<O::Principal>,
    organization: O::Id,
    membership: Membership,
}

impl<O: Organization> Member<O> {
    /// Returns the caller.
    pub const fn principal(&self) -> &Arc<O::Principal> {
        &self.principal
    }

    /// Returns the organization that the request names.
    pub const fn organization(&self) -> &O::Id {
        &self.organization
    }

    /// Returns the membership, which is active.
    pub const fn membership(&self) -> &Membership {
        &self.membership
    }
}

impl<O, S> FromRequestParts<S> for Member<O>
where
    O: Organization,
    S: Sync,
    Arc<dyn Verify<O::Principal>>: FromRef<S>,
    Arc<dyn Memberships<O>>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Authenticated(principal) = Authenticated::from_request_parts(parts, state).await?;
        let organization = O::extract_id(parts).await?;
        let memberships = Arc::<dyn Memberships<O>>::from_ref(state);
        if let Some(known) = parts.extensions.get::<Known<O>>() {
            if known.answers(&memberships, &principal, &organization) {
                return Ok(known.member.clone());
            }
        }
        let found = memberships.find(&principal, &organization).await.map_err(store_failed)?;
        let membership = match found {
            Some(membership) if membership.status() == MembershipStatus::Active => membership,
            other => return Err(not_counting(other.as_ref().map(Membership::status))),
        };
        let member = Self { principal, organization, membership };
        parts.extensions.insert(Known { by: memberships, member: member.clone() });
        Ok(member)
    }
}

/// Stored in the request by the first extractor. It is reused by extractors that would look up the
/// same membership in the same store.
struct Known<O: Organization> {
    by: Arc<dyn Memberships<O>>,
    member: Member<O>,
}

impl<O: Organization> Known<O> {
    fn answers(
        &self,
        memberships: &Arc<dyn Memberships<O>>,
        principal: &Arc<O::Principal>,
        organization: &O::Id,
    ) -> bool {
        // Stores are compared by address alone, because a vtable may exist twice.
        let address = |store: &Arc<dyn Memberships<O>>| Arc::as_ptr(store).cast::<()>();
        std::ptr::eq(address(&self.by), address(memberships))
            && Arc::ptr_eq(&self.member.principal, principal)
            && self.member.organization == *organization
    }
}

impl<O: Organization> HasRights for Member<O> {
    fn rights(&self) -> Rights<'_> {
        self.membership.rights()
    }
}

impl<O: Organization> HasScopes for Member<O> {
    fn has_scope(&self, scope: &str) -> bool {
        self.principal.has_scope(scope)
    }
}

impl<O: Organization> RouteGuard for Member<O> {
    fn policy() -> String {
        "member".to_owned()
    }

    fn security() -> Security {
        Authenticated::<O::Principal>::security()
    }
}

impl<O: Organization> ProblemTypes for Member<O> {
    const TYPES: Types = Types {
        own: &[&VALIDATION_FAILED, &NOT_A_MEMBER, &MEMBERSHIP_SUSPENDED, &MEMBERSHIP_PENDING],
        others: &[Authenticated::<O::Principal>::TYPES],
    };
}

/// `Clone` is implemented by hand, because `O` need not be `Clone`.
impl<O: Organization> Clone for Member<O> {
    fn clone(&self) -> Self {
        Self {
            principal: self.principal.clone(),
            organization: self.organization.clone(),
            membership: self.membership.clone(),
        }
    }
}

impl<O: Organization> Clone for Known<O> {
    fn clone(&self) -> Self {
        Self { by: self.by.clone(), member: self.member.clone() }
    }
}

impl<O: Organization> fmt::Debug for Member<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("subject", &self.principal.subject())
            .field("membership", &self.membership)
            .finish_non_exhaustive()
    }
}

/// Creates the error for a membership that is not active. One that was deleted and one that never
/// existed are the same to the client.
fn not_counting(status: Option<MembershipStatus>) -> ApiError {
    let problem_type = match status {
        Some(MembershipStatus::Suspended) => &MEMBERSHIP_SUSPENDED,
        Some(MembershipStatus::Invited) => &MEMBERSHIP_PENDING,
        _ => &NOT_A_MEMBER,
    };
    let check = match status {
        Some(status) => format!("the status of the membership is {}", status.as_str()),
        None => "there is no membership".to_owned(),
    };
    ApiError::unlocated(Problem::new(problem_type))
        .with_source(Explanation::new(&["active membership"], &[check]))
}

/// Converts any error of a store into a fault of the service: never a 403, and never a 404 either.
fn store_failed(error: ApiError) -> ApiError {
    if error.problem().status().is_server_error() {
        error
    } else {
        ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
            .with_note("the store of memberships failed")
            .with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Subject;
    use crate::error::ApiFuture;
    use crate::rbac::{RoleDefinition, RoleSet};

    #[test]
    fn words_are_read_as_they_are_written() {
        for word in ["active", "invited", "suspended", "deleted"] {
            assert_eq!(MembershipStatus::from(word).as_str(), word);
        }
        for word in ["", "Active", " active", "active\0", "enabled", "unknown"] {
            assert_eq!(MembershipStatus::from(word), MembershipStatus::Unknown, "{word}");
        }
    }

    struct User;

    impl Principal for User {
        fn subject(&self) -> Subject {
            Subject::user("7")
        }
    }

    struct Org;

    impl Organization for Org {
        type Id = u32;
        type Principal = User;
    }

    struct NoMemberships;

    impl Memberships<Org> for NoMemberships {
        fn find<'a>(&'a self, _: &'a User, _: &'a u32) -> ApiFuture<'a, Option<Membership>> {
            ApiFuture::ready(Ok(None))
        }
    }

    #[test]
    fn known_membership_is_that_of_one_store_one_caller_and_one_organization() {
        let store = || -> Arc<dyn Memberships<Org>> { Arc::new(NoMemberships) };
        let (stored, user) = (store(), Arc::new(User));
        let role = RoleSet::new([RoleDefinition::new("any", 1)]).unwrap().get("any").unwrap();
        let known = Known {
            by: stored.clone(),
            member: Member {
                principal: user.clone(),
                organization: 1,
                membership: Membership::active(role),
            },
        };
        assert!(known.answers(&stored, &user, &1));
        assert!(!known.answers(&stored, &user, &2));
        assert!(!known.answers(&stored, &Arc::new(User), &1));
        assert!(!known.answers(&store(), &user, &1));
    }
}
