//! The trait of callers whose rights are known.

use super::{Rights, Role};
use crate::auth::{ApiKey, Authenticated, Principal};

/// A caller whose rights are known: a member of an organization, a program with an API key, or a
/// principal that has a role of its own.
///
/// ```
/// use std::sync::Arc;
///
/// use definable_errors::auth::Principal;
/// use definable_errors::context::Subject;
/// use definable_errors::rbac::{HasRights, Rights, Role};
///
/// struct User {
///     name: String,
///     roles: Vec<Arc<Role>>,
/// }
///
/// impl Principal for User {
///     fn subject(&self) -> Subject {
///         Subject::user(&self.name)
///     }
/// }
///
/// // From now on an `Authenticated<User>` has rights, too.
/// impl HasRights for User {
///     fn rights(&self) -> Rights<'_> {
///         Rights::from_roles(&self.roles)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "what `{Self}` may do is not known",
    label = "the rights of this caller are not known",
    note = "implement `rbac::HasRights` for it, or ask for a caller with a role, such as `rbac::Member<…>`",
    note = "name the caller with `caller = …;` in `permissions!`, or beside the requirement: `Require<Level<80>, Member<…>>`"
)]
pub trait HasRights {
    /// Returns the rights of the caller.
    fn rights(&self) -> Rights<'_>;
}

impl HasRights for Role {
    fn rights(&self) -> Rights<'_> {
        Rights::from_role(self)
    }
}

impl<P: HasRights> HasRights for Authenticated<P> {
    fn rights(&self) -> Rights<'_> {
        self.0.rights()
    }
}

/// The scopes of a key are permissions by their full names.
impl<P> HasRights for ApiKey<P> {
    fn rights(&self) -> Rights<'_> {
        Rights::from_permission_names(self.scopes())
    }
}

/// A caller whose token or key was issued for certain scopes.
#[diagnostic::on_unimplemented(
    message = "what the token of `{Self}` was issued for is not known",
    note = "implement `rbac::HasScopes` for it, or ask for a caller with a token, such as `auth::Authenticated<…>`",
    note = "name the caller with `caller = …;` in `permissions!`, or beside the scope: `RequireScope<KbRead, Member<…>>`"
)]
pub trait HasScopes {
    /// Returns whether the token or key was issued for the scope.
    fn has_scope(&self, scope: &str) -> bool;
}

impl<P: Principal> HasScopes for Authenticated<P> {
    fn has_scope(&self, scope: &str) -> bool {
        self.0.has_scope(scope)
    }
}

impl<P> HasScopes for ApiKey<P> {
    fn has_scope(&self, scope: &str) -> bool {
        ApiKey::has_scope(self, scope)
    }
}
