use definable_errors::ApiError;

#[derive(Debug, ApiError)]
#[api(status = 400)]
struct NumberError {
    source: std::num::ParseIntError,
}

impl std::fmt::Display for NumberError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a number: {}", self.source)
    }
}

impl std::error::Error for NumberError {}

fn main() {}
