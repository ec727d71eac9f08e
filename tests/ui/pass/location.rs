use std::io;
use std::panic::Location;

use definable_errors::error::SourceLocation;
use definable_errors::{ApiError, IntoApiError};

#[derive(Debug, thiserror::Error, ApiError)]
enum StoreError {
    // Tuples and names, in any order.
    #[error("reading failed at {1}")]
    #[api(status = 500)]
    Read(#[source] #[api(from)] io::Error, #[api(location)] SourceLocation),
    #[error("a number is broken")]
    #[api(status = 400, detail = "The number is not valid.")]
    Number {
        #[api(location)]
        at: SourceLocation,
        #[api(from)]
        source: std::num::ParseIntError,
    },
    // A location that is filled by hand, beside other fields.
    #[error("shelf {shelf} is broken")]
    #[api(status = 503, code = "shelf_broken")]
    Shelf {
        #[api(member = "shelf_id")]
        shelf: u8,
        #[api(location)]
        at: SourceLocation,
    },
}

impl StoreError {
    #[track_caller]
    fn shelf(shelf: u8) -> Self {
        Self::Shelf { shelf, at: SourceLocation::caller() }
    }
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 500)]
struct Failed<E: std::error::Error + Send + Sync + 'static> {
    #[source]
    #[api(from)]
    cause: E,
    #[api(location)]
    location: SourceLocation,
}

fn read() -> Result<(), StoreError> {
    Err(io::Error::other("disk"))?
}

fn number() -> Result<u8, StoreError> {
    Ok("x".parse::<u8>()?)
}

fn shelf() -> Result<(), StoreError> {
    Err(StoreError::shelf(7))
}

fn failed() -> Result<(), Failed<std::fmt::Error>> {
    Err(std::fmt::Error)?
}

fn line(error: impl IntoApiError) -> u32 {
    let error = error.into_api_error();
    let location = error.location().unwrap();
    assert_eq!(location.file(), file!());
    location.line()
}

fn main() {
    assert_eq!(line(read().unwrap_err()), 51);
    assert_eq!(line(number().unwrap_err()), 55);
    assert_eq!(line(shelf().unwrap_err()), 59);
    assert_eq!(line(failed().unwrap_err()), 63);
    let here = Location::caller().line();
    assert_eq!(line(StoreError::from(io::Error::other("disk"))), here + 1);
}
