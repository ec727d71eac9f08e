use definable_errors::error::ApiFuture;
use definable_errors::rbac::{Membership, MembershipStatus, Memberships, RoleSet};
use definable_errors::{ApiError, DatabaseExt, ResultExt};
use sqlx::AnyPool;
use uuid::Uuid;

use super::{Org, User};

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
