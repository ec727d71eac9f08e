use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(decode)]
enum OrderError {
    #[error("line {line} is not a number")]
    #[api(status = 400)]
    NotANumber { line: u32, source: std::num::ParseIntError },
}

fn main() {}
