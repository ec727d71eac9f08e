use definable_errors::ApiError;
use definable_errors::problem::Violation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("log in")]
    #[api(status = 401)]
    LoggedOut {
        #[api(violations)]
        wrong: Vec<Violation>,
    },
    #[error("failed")]
    #[api(status = 500)]
    Failed(#[api(violations)] Vec<Violation>),
}

fn main() {}
