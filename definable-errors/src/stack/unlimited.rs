use std::future::{Ready, ready};

use http::request::Parts;

use crate::error::ApiError;
use crate::guard::Guard;
use crate::problem::{ProblemTypes, Types};

/// No rate limit: admits everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl Guard for Unlimited {
    type Pass = ();
    type Admission = Ready<Result<(), ApiError>>;

    fn admit(&self, _: &mut Parts) -> Self::Admission {
        ready(Ok(()))
    }
}

impl ProblemTypes for Unlimited {
    const TYPES: Types = Types::EMPTY;
}
