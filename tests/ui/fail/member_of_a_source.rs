use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, code = "lost")]
    NotFound {
        #[api(member)]
        source: std::num::ParseIntError,
    },
}

fn main() {}
