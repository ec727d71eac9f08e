use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error(fmt = shown)]
    #[api(status = 400)]
    NotFound(#[from] std::num::ParseIntError),
}

fn shown(error: &std::num::ParseIntError, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    write!(f, "{error}")
}

fn main() {}
