//! A member as others see it, the change of a role, and how it can fail.

use definable_errors::extract::{Rules, Violations};
use definable_errors::problem::{INSUFFICIENT_ROLE, ProblemTypes, Types};
use definable_errors::rbac::{RoleSet, UnknownRoleError};
use definable_errors::{ApiError, ResultExt};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::DatabaseFailure;
use crate::db::Columns;

/// The body of a request that changes a member's role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    /// The name of a role, such as `member`.
    #[schema(pattern = "^(owner|admin|member|guest)$")]
    pub(super) role: String,
}

impl Rules<&RoleSet> for NewRole {
    fn check(&self, roles: &RoleSet, violations: &mut Violations<'_, &RoleSet>) {
        if roles.get(&self.role).is_err() {
            violations.report("role").one_of(roles.iter().map(|role| role.name()));
        }
    }
}

/// A change of a member's role.
#[derive(Debug)]
pub(super) struct Change<'a> {
    pub(super) org_id: Uuid,
    pub(super) user_id: Uuid,
    pub(super) role: &'a str,
    /// The level of the caller who makes the change.
    pub(super) level: u16,
    pub(super) roles: &'a RoleSet,
}

impl Change<'_> {
    /// Rejects the change unless both the old and the new role are below the caller's level.
    /// Callers can therefore neither raise others to their own level nor change members at that
    /// level or themselves.
    pub(super) fn check(&self, old_role: &str) -> Result<(), ApiError> {
        let level = |name: &str| Ok(self.roles.get(name)?.level());
        let levels = [old_role, self.role].map(level);
        for other in levels {
            let other: Result<u16, UnknownRoleError> = other;
            if other.or_internal()? >= self.level {
                return Err(ApiError::insufficient_role());
            }
        }
        Ok(())
    }
}

/// A member, as other members see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Colleague {
    pub(super) user_id: Uuid,
    pub(super) email: String,
    pub(super) role: String,
    pub(super) status: String,
}

impl FromRow<'_, AnyRow> for Colleague {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            user_id: row.uuid("user_id")?,
            email: row.try_get("email")?,
            role: row.try_get("role")?,
            status: row.try_get("status")?,
        })
    }
}

/// An error of a request about a member.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "member")]
pub(super) enum MemberError {
    /// The user is no member of the organization.
    #[error("user {id} is no member of the organization")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "user_id")]
        id: Uuid,
    },
}

/// The problem types of finding a member.
#[derive(Debug)]
pub(super) enum FindProblems {}

impl ProblemTypes for FindProblems {
    const TYPES: Types = Types { own: &[], others: &[MemberError::TYPES, DatabaseFailure::TYPES] };
}

/// The problem types of changing the role of a member.
#[derive(Debug)]
pub(super) enum ChangeProblems {}

impl ProblemTypes for ChangeProblems {
    const TYPES: Types = Types { own: &[&INSUFFICIENT_ROLE], others: &[FindProblems::TYPES] };
}
