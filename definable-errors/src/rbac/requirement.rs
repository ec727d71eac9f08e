//! Requirements as types, for the signatures of handlers.

use std::marker::PhantomData;

use super::Rule;

/// A type for what a request needs: a type made by [`permissions!`](super::permissions), [`Level`],
/// or [`All`] or [`Any`] of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a request can be required to have",
    note = "name a permission with `permissions!`, or use `rbac::Level`, `rbac::All` or `rbac::Any`"
)]
pub trait Requirement: Send + Sync + 'static {
    /// The caller whose rights are checked unless a guard names another: an extractor, such as
    /// [`Member`](super::Member).
    type Caller;

    /// The rule to be met.
    const RULE: Rule;
}

/// The caller of a requirement that names none: name the caller in `permissions!`, or next to the
/// requirement, as in `Require<Level<80>, Member<Org>>`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct UnspecifiedCaller;

/// A requirement of a role of this level, or a higher one.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Level<const LEVEL: u16>;

impl<const LEVEL: u16> Requirement for Level<LEVEL> {
    type Caller = UnspecifiedCaller;
    const RULE: Rule = Rule::Level(LEVEL);
}

/// All requirements of a tuple of up to six: `All<(KbRead, KbWrite)>`. The first names the caller.
#[derive(Debug, Clone, Copy)]
pub struct All<T>(PhantomData<T>);

/// At least one requirement of a tuple of up to six: `Any<(KbRead, KbWrite)>`. The first names the
/// caller.
#[derive(Debug, Clone, Copy)]
pub struct Any<T>(PhantomData<T>);

macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Requirement, $($rest: Requirement),*> Requirement for All<($first, $($rest,)*)> {
            type Caller = $first::Caller;
            const RULE: Rule = Rule::All(&[$first::RULE, $($rest::RULE),*]);
        }

        impl<$first: Requirement, $($rest: Requirement),*> Requirement for Any<($first, $($rest,)*)> {
            type Caller = $first::Caller;
            const RULE: Rule = Rule::Any(&[$first::RULE, $($rest::RULE),*]);
        }

        tuples!($($rest)*);
    };
}

tuples!(A B C D E F);

/// A scope that a token must have been issued for (RFC 6749 §3.3). Permissions are scopes of the
/// same name.
///
/// ```
/// use definable_errors::auth::Authenticated;
/// use definable_errors::rbac::Scope;
/// # struct User;
///
/// struct Profile;
///
/// impl Scope for Profile {
///     type Caller = Authenticated<User>;
///     const SCOPE: &'static str = "profile";
/// }
/// ```
pub trait Scope: Send + Sync + 'static {
    /// The caller whose token is checked unless a guard names another.
    type Caller;

    /// The scope: one word, or several with single spaces between them, all of which are needed.
    const SCOPE: &'static str;
}

/// Defines permissions: a type for each, for use in [`Require`](super::Require).
///
/// The first line names the caller whose rights are checked, a type that is at least as visible as
/// the permissions. Without it, each guard names its caller.
///
/// ```
/// use definable_errors::rbac::{Requirement, permissions};
/// # pub struct Organization;
/// # type Member<T> = std::marker::PhantomData<T>;
///
/// permissions! {
///     caller = Member<Organization>;
///
///     /// Permission to search knowledge bases.
///     pub KbRead = "kb:read";
///     /// Permission to change them.
///     pub KbWrite = "kb:write";
/// }
///
/// assert_eq!(KbRead::PERMISSION.action(), "read");
/// assert_eq!(KbWrite::RULE.to_string(), "kb:write");
/// ```
///
/// A required permission must be exact:
///
/// ```compile_fail
/// definable_errors::rbac::permissions! {
///     KbAll = "kb:*";
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __permissions {
    (caller = $caller:ty; $($rest:tt)*) => {
        $crate::__permissions! { @of [$caller] $($rest)* }
    };
    (@of [$caller:ty] $($(#[$attribute:meta])* $visibility:vis $name:ident = $permission:literal;)+) => {
        $(
            $(#[$attribute])*
            #[doc = ""]
            #[doc = concat!("The permission `", $permission, "`.")]
            #[derive(Debug, Clone, Copy)]
            $visibility enum $name {}

            impl $name {
                /// The permission.
                $visibility const PERMISSION: $crate::rbac::Permission =
                    $crate::rbac::Permission::new($permission);
            }

            impl $crate::rbac::Requirement for $name {
                type Caller = $caller;
                const RULE: $crate::rbac::Rule = $crate::rbac::Rule::Permission(Self::PERMISSION);
            }

            impl $crate::rbac::Scope for $name {
                type Caller = $caller;
                const SCOPE: &'static str = $permission;
            }

            // An invalid name does not compile, even if it is not used.
            const _: $crate::rbac::Permission = $name::PERMISSION;
        )+
    };
    ($($rest:tt)+) => {
        $crate::__permissions! { @of [$crate::rbac::UnspecifiedCaller] $($rest)+ }
    };
}

#[doc(inline)]
pub use __permissions as permissions;
