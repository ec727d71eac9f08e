use std::time::Duration;

use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 404)]
struct WaitsError(#[api(member = "waits")] Option<Vec<Duration>>);

fn main() {}
