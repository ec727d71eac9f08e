use std::error::Error;
use std::fmt;

use definable_errors::ApiError;

#[derive(Debug, ApiError)]
enum NumberError {
    #[api(status = 400, detail = "The number is not one.")]
    Parse(std::num::ParseIntError),
    #[api(status = 422)]
    Odd { number: u64 },
    #[api(status = 500)]
    Lost,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => write!(f, "not a number: {error}"),
            Self::Odd { number } => write!(f, "{number} is odd"),
            Self::Lost => f.write_str("lost at sea"),
        }
    }
}

impl Error for NumberError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Parse(error) => Some(error),
            _ => None,
        }
    }
}

// A type that is neither kept nor displayed needs no `Error` and no `Display`.
#[derive(ApiError)]
#[api(status = 404, detail = "Nothing here.")]
struct Nothing;

fn main() {
    let detail = |error: ApiError| error.problem().detail().to_owned();
    let parse = "x".parse::<u8>().unwrap_err();
    assert_eq!(detail(NumberError::Parse(parse).into()), "The number is not one.");
    assert_eq!(detail(NumberError::Odd { number: 3 }.into()), "3 is odd");
    assert_eq!(detail(NumberError::Lost.into()), "Internal server error");
    assert_eq!(detail(Nothing.into()), "Nothing here.");
}
