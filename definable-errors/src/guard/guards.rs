use http::{request, response};

use super::{Guard, GuardService};
use crate::error::ApiFuture;

/// A guard, or a tuple of up to six, outermost first: a guard is called only if the one before it
/// admitted the request.
pub trait Guards<S> {
    /// The service with the guards in front of it.
    type Service;

    /// Puts the guards in front of a service.
    fn before(self, inner: S) -> Self::Service;
}

impl<S, G: Guard> Guards<S> for G {
    type Service = GuardService<S, G>;

    fn before(self, inner: S) -> Self::Service {
        GuardService::new(inner, self)
    }
}

/// Expands to a single guard as it is, and to several as a tuple.
macro_rules! nested {
    ($one:ident) => { $one };
    ($($several:ident)+) => { ($($several),+) };
}

macro_rules! tuples {
    ($first:ident) => {};
    ($first:ident $($rest:ident)+) => {
        impl<S, $first: Guard, $($rest: Guard),+> Guards<S> for ($first, $($rest),+)
        where
            nested!($($rest)+): Guards<S>,
        {
            type Service = GuardService<<nested!($($rest)+) as Guards<S>>::Service, $first>;

            #[expect(non_snake_case, reason = "the guards are named like their types")]
            fn before(self, inner: S) -> Self::Service {
                let ($first, $($rest),+) = self;
                GuardService::new(nested!($($rest)+).before(inner), $first)
            }
        }

        tuples!($($rest)+);
    };
}

tuples!(A B C D E F);

/// `None` admits every request.
impl<G: Guard> Guard for Option<G> {
    type Permit = Option<G::Permit>;

    fn admit(&self, request: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        match self {
            Some(guard) => guard.admit(request).map(Some),
            None => ApiFuture::ready(Ok(None)),
        }
    }

    fn on_response(&self, permit: Self::Permit, response: &mut response::Parts) {
        if let (Some(guard), Some(permit)) = (self, permit) {
            guard.on_response(permit, response);
        }
    }
}
