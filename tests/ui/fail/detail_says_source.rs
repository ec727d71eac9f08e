use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 400, detail = "The number is not one: {source}.")]
    NotFound {
        source: std::num::ParseIntError,
    },
}

fn main() {}
