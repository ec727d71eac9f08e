use std::collections::BTreeMap;

use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 404)]
struct PathsError {
    #[api(member)]
    paths: BTreeMap<Vec<u8>, String>,
}

fn main() {}
