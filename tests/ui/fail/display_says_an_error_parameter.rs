use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("not a number: {inner}")]
#[api(status = 400)]
struct NumberError<E: std::error::Error> {
    inner: E,
}

fn main() {}
