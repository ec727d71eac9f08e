use std::sync::Arc;

use definable_errors::problem::{Place, Violation};
use definable_errors::{ApiError, IntoApiError};

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError<'a, V> {
    #[error("a list")]
    #[api(status = 400)]
    List(#[api(violations)] Vec<Violation>),
    #[error("an optional list")]
    #[api(status = 403)]
    Optional(#[api(violations)] Option<Vec<Violation>>),
    #[error("one")]
    #[api(status = 404)]
    One {
        #[api(violations)]
        wrong: Violation,
        #[api(member)]
        order_id: u64,
    },
    #[error("an array")]
    #[api(status = 409)]
    Array(#[api(violations)] [Violation; 2]),
    #[error("a shared slice")]
    #[api(status = 413)]
    Shared(#[api(violations)] Arc<[Violation]>),
    #[error("a borrowed slice")]
    #[api(status = 422)]
    Borrowed(#[api(violations)] &'a [Violation]),
    #[error("anything")]
    #[api(status = 422, code = "generic")]
    Generic(#[api(violations)] Box<V>),
}

fn count(error: OrderError<'_, Vec<Violation>>) -> usize {
    error.into_api_error().problem().violations().len()
}

fn main() {
    let wrong = || Violation::new(Place::Body("#/qty".into()), "range", "must be positive");
    assert_eq!(count(OrderError::List(vec![wrong(), wrong()])), 2);
    assert_eq!(count(OrderError::Optional(Some(vec![wrong()]))), 1);
    assert_eq!(count(OrderError::Optional(None)), 0);
    assert_eq!(count(OrderError::One { wrong: wrong(), order_id: 7 }), 1);
    assert_eq!(count(OrderError::Array([wrong(), wrong()])), 2);
    assert_eq!(count(OrderError::Shared(Arc::new([wrong()]))), 1);
    assert_eq!(count(OrderError::Borrowed(&[wrong()])), 1);
    assert_eq!(count(OrderError::Generic(Box::new(vec![wrong(); 101]))), 100);
}
