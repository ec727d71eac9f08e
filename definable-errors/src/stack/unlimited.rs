use http::request::Parts;

use crate::error::ApiError;
use crate::guard::{Admission, Guard};
use crate::problem::{ProblemTypes, Types};

/// A guard that admits every request, for a stack without a rate limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl Guard for Unlimited {
    type Permit = ();
    type Admission = Admission<()>;

    fn admit(&self, _: &mut Parts) -> Self::Admission {
        Admission::now(Ok(()))
    }

    fn decided(admission: Self::Admission) -> Result<Result<(), ApiError>, Self::Admission> {
        admission.decided()
    }
}

impl ProblemTypes for Unlimited {
    const TYPES: Types = Types::EMPTY;
}
