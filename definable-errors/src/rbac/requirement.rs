use std::marker::PhantomData;

use super::Rule;

/// What a request needs, as a type: what [`permissions!`](super::permissions) makes, [`Level`], or
/// [`All`] and [`Any`] of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a request can be required to have",
    note = "name a permission with `permissions!`, or use `rbac::Level`, `rbac::All` or `rbac::Any`"
)]
pub trait Requirement: Send + Sync + 'static {
    /// Whose rights count, where a guard does not say another: an extractor, such as
    /// [`Member`](super::Member).
    type Caller;

    /// The rule.
    const RULE: Rule;
}

/// Stands where nobody said whose rights count: name the caller in `permissions!`, or beside the
/// requirement, as in `Require<Level<80>, Member<Org>>`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct UnspecifiedCaller;

/// A role of this level, or a higher one.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Level<const LEVEL: u16>;

impl<const LEVEL: u16> Requirement for Level<LEVEL> {
    type Caller = UnspecifiedCaller;
    const RULE: Rule = Rule::Level(LEVEL);
}

/// Each of a tuple of up to six: `All<(KbRead, KbWrite)>`. The first says whose rights count.
#[derive(Debug, Clone, Copy)]
pub struct All<T>(PhantomData<T>);

/// One of a tuple of up to six: `Any<(KbRead, KbWrite)>`. The first says whose rights count.
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
    /// Whose token counts, where a guard does not say another.
    type Caller;

    /// One word, or several with one space between: each of them is needed.
    const SCOPE: &'static str;
}

/// Names permissions: a type for each, which [`Require`](super::Require) asks for.
///
/// The first line says whose rights count; it is as visible as the permissions are, at least. Without
/// it, each guard says so itself.
///
/// ```
/// use definable_errors::rbac::{Requirement, permissions};
/// # pub struct Organization;
/// # type Member<T> = std::marker::PhantomData<T>;
///
/// permissions! {
///     caller = Member<Organization>;
///
///     /// To search knowledge bases.
///     pub KbRead = "kb:read";
///     /// To change them.
///     pub KbWrite = "kb:write";
/// }
///
/// assert_eq!(KbRead::PERMISSION.action(), "read");
/// assert_eq!(KbWrite::RULE.to_string(), "kb:write");
/// ```
///
/// What is required is exact:
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
                /// The permission itself.
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

            // A wrong name does not compile, though nobody uses it.
            const _: $crate::rbac::Permission = $name::PERMISSION;
        )+
    };
    ($($rest:tt)+) => {
        $crate::__permissions! { @of [$crate::rbac::UnspecifiedCaller] $($rest)+ }
    };
}

#[doc(inline)]
pub use __permissions as permissions;
