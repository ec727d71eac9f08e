//! Handlers whose arguments and return type are known, so that a route can list its problems.
//!
//! Every condition is a trait of its own: the compiler then reports the part of a handler that does
//! not fit, and not only that the handler does not.

use std::future::Future;

use axum::handler::Handler;

use crate::guard::RouteGuard;
use crate::problem::{ProblemTypes, Types};

/// A handler of a [`GuardedRouter`](super::GuardedRouter).
///
/// It is implemented for all functions and closures that are handlers in axum, and for what
/// [`undocumented`](super::undocumented) and [`documented`](super::documented) return; no other
/// implementation is needed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler: expected an async function or closure whose arguments are extractors",
    label = "not an `async fn` with extractors as arguments; `GuardedRouter::raw` adds what is no function",
    note = "only the last argument may read the body, and there can be up to 16",
    note = "the return type implements `IntoResponse`: derive `ApiError` for the `E` of a `Result<T, E>`",
    note = "the state provides what the guards need: `Arc<dyn Verify<User>>: FromRef<MyState>`, where `User: Principal`",
    note = "the `caller` of `permissions!` is an extractor, such as `Authenticated<User>`, and not `User`",
    note = "`#[axum::debug_handler(state = MyState)]` on the function reports what is wrong with it (axum's feature `macros`)"
)]
pub trait RouteHandler<T, S>: Handler<T, S> + sealed::Handler<T> {
    /// The arguments, whose problem types are known if they implement [`DocumentedArguments`].
    type Arguments;

    /// The return type, whose problem types are known if it implements
    /// [`HandlerOutput`](super::HandlerOutput).
    type Output;
}

/// The arguments of a handler whose first argument is a guard.
///
/// It is implemented for what axum's `Handler<T, S>` calls `T`, for functions with one to sixteen
/// arguments; no other implementation is needed.
#[diagnostic::on_unimplemented(
    message = "the handler has no guard; its first argument must be one",
    label = "put a guard first, such as `Authenticated<…>`, `Require<…>` or, for an open route, `Public`",
    note = "guards are `auth::Authenticated<…>`, `rbac::Member<…>`, `rbac::Require<…>`, and every `guard::RouteGuard`",
    note = "`router::Public` opens the route to every caller on purpose"
)]
pub trait GuardedArguments: sealed::Arguments {
    /// The first argument.
    type Guard: RouteGuard;
}

/// The arguments of a handler, all of which declare their problem types.
///
/// It is implemented for functions with up to sixteen arguments; no other implementation is needed.
#[diagnostic::on_unimplemented(
    message = "the arguments of the handler do not declare their problem types",
    label = "implement `ProblemTypes` for them, or wrap them in `router::Undocumented`"
)]
pub trait DocumentedArguments: sealed::Arguments {
    /// The problem types of all arguments but the guard.
    const TYPES: Types;
}

pub(super) mod sealed {
    pub trait Arguments {}
    pub trait Handler<T> {}
}

macro_rules! functions {
    ($guard:ident $($rest:ident)*) => {
        impl<F, R, M, $guard, $($rest),*> sealed::Handler<(M, $guard, $($rest,)*)> for F
        where
            F: FnOnce($guard, $($rest),*) -> R,
        {
        }

        #[diagnostic::do_not_recommend]
        impl<F, R, S, M, $guard, $($rest),*> RouteHandler<(M, $guard, $($rest,)*), S> for F
        where
            F: FnOnce($guard, $($rest),*) -> R + Handler<(M, $guard, $($rest,)*), S>,
            R: Future,
        {
            type Arguments = (M, $guard, $($rest,)*);
            type Output = R::Output;
        }

        impl<M, $guard, $($rest),*> sealed::Arguments for (M, $guard, $($rest,)*) {}

        impl<M, $guard: RouteGuard, $($rest),*> GuardedArguments for (M, $guard, $($rest,)*) {
            type Guard = $guard;
        }

        impl<M, $guard, $($rest: ProblemTypes),*> DocumentedArguments
            for (M, $guard, $($rest,)*)
        {
            const TYPES: Types = Types { own: &[], others: &[$($rest::TYPES),*] };
        }

        functions!(@fewer $($rest)*);
    };
    (@fewer) => {};
    (@fewer $($rest:ident)+) => { functions!($($rest)+); };
}

functions!(A B C D E G H I J K L N O P Q T);

/// A function without arguments is a handler, too, so that the missing guard is reported.
impl<F, R> sealed::Handler<((),)> for F where F: FnOnce() -> R {}

#[diagnostic::do_not_recommend]
impl<F, R, S> RouteHandler<((),), S> for F
where
    F: FnOnce() -> R + Handler<((),), S>,
    R: Future,
{
    type Arguments = ((),);
    type Output = R::Output;
}

impl sealed::Arguments for ((),) {}

impl DocumentedArguments for ((),) {
    const TYPES: Types = Types::EMPTY;
}
