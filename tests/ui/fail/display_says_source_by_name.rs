use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("not a number: {cause}")]
    #[api(status = 400)]
    NotFound {
        #[source]
        cause: std::num::ParseIntError,
    },
}

fn main() {}
