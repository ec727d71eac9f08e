use crate::guard::RouteGuard;

/// The arguments of a handler whose first argument is a guard.
///
/// It is implemented for what axum's `Handler<T, S>` calls `T`, for functions with one to sixteen
/// arguments; no other implementation is needed.
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    label = "the first argument must be a guard",
    note = "put a guard first, such as `rbac::Require<…>`, `rbac::Member<…>` or `auth::Authenticated<…>`",
    note = "to open the route to every caller on purpose, put `router::Public` first",
    note = "what is no function with a guard goes through `GuardedRouter::raw`, with a reason"
)]
pub trait GuardedHandler: sealed::Sealed {
    /// The first argument.
    type Guard: RouteGuard;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! arguments {
    ($($rest:ident)*) => {
        impl<M, G, $($rest),*> sealed::Sealed for (M, G, $($rest,)*) {}

        impl<M, G: RouteGuard, $($rest),*> GuardedHandler for (M, G, $($rest,)*) {
            type Guard = G;
        }

        arguments!(@fewer $($rest)*);
    };
    (@fewer) => {};
    (@fewer $first:ident $($rest:ident)*) => { arguments!($($rest)*); };
}

arguments!(B C D E F H I J K L N O P Q R);
