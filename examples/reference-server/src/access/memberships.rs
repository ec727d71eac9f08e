//! Organizations, their members, and what the members may do.

use definable_errors::auth::Principal;
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::rbac::{
    Member, Membership, MembershipStatus, Memberships, Organization, RoleSet, permissions,
};
use definable_errors::{ApiError, DatabaseExt, ResultExt};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::db::Columns;

/// A user whose account is not locked.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) email: String,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user(&self.id.to_string())
    }
}

impl FromRow<'_, AnyRow> for User {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self { id: row.uuid("id")?, email: row.try_get("email")? })
    }
}

/// The organization that a route belongs to; the query parameter `org_id` names it.
#[derive(Debug)]
pub(crate) struct Org;

impl Organization for Org {
    type Id = Uuid;
    type Principal = User;
}

/// The query parameter that names the organization.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `Member<Org>` reads")]
pub(crate) struct InOrg {
    /// The id of the organization.
    org_id: Uuid,
}

permissions! {
    caller = Member<Org>;

    /// Permission to read and search knowledge bases.
    pub(crate) KbRead = "kb:read";
    /// Permission to create and change knowledge bases.
    pub(crate) KbWrite = "kb:write";
    /// Permission to delete knowledge bases.
    pub(crate) KbDelete = "kb:delete";
    /// Permission to start jobs.
    pub(crate) JobsWrite = "jobs:write";
    /// Permission to read jobs and their results.
    pub(crate) JobsRead = "jobs:read";
    /// Permission to list the members.
    pub(crate) MembersRead = "members:read";
    /// Permission to change the roles of members.
    pub(crate) MembersWrite = "members:write";
}

/// A store of the users' memberships in organizations, with their roles.
pub(crate) struct MembershipTable {
    pool: AnyPool,
    roles: RoleSet,
}

impl MembershipTable {
    pub(crate) const fn new(pool: AnyPool, roles: RoleSet) -> Self {
        Self { pool, roles }
    }

    async fn look_up(&self, user_id: Uuid, org_id: Uuid) -> Result<Option<Membership>, ApiError> {
        let found: Option<(String, String)> = sqlx::query_as(
            "SELECT status, role FROM memberships WHERE user_id = $1 AND org_id = $2",
        )
        .bind(user_id.to_string())
        .bind(org_id.to_string())
        .fetch_optional(&self.pool)
        .await
        .or_database()?;
        let Some((status, role)) = found else { return Ok(None) };
        let role = self.roles.get(&role).or_internal()?;
        Ok(Some(Membership::new(MembershipStatus::from(&*status), role)))
    }
}

impl Memberships<Org> for MembershipTable {
    fn find<'a>(&'a self, user: &'a User, org_id: &'a Uuid) -> ApiFuture<'a, Option<Membership>> {
        ApiFuture::boxed(self.look_up(user.id, *org_id))
    }
}
