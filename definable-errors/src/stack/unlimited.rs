use http::request::Parts;

use crate::error::ApiFuture;
use crate::guard::Guard;
use crate::problem::{ProblemTypes, Types};

/// A guard that admits every request, for a stack without a rate limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl Guard for Unlimited {
    type Permit = ();

    fn admit(&self, _: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        ApiFuture::ready(Ok(()))
    }
}

impl ProblemTypes for Unlimited {
    const TYPES: Types = Types::EMPTY;
}
