use definable_errors::ApiError;
use definable_errors::problem::Violation;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 422)]
struct OrderError(#[api(violations = "errors")] Vec<Violation>);

fn main() {}
