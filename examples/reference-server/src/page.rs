use axum::extract::FromRequestParts;
use definable_errors::ApiError;
use http::request::Parts;
use serde::Serialize;

use crate::parameters::Parameters;

/// Which part of a list the client wants: `page` and `page_size`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    number: i64,
    size: i64,
}

impl Page {
    /// The items up to the end of this page, for SQL: `LIMIT limit OFFSET offset`.
    pub(crate) const fn limit(self) -> i64 {
        self.size
    }

    /// How many items stand on the pages before. Far behind the end there is nothing to overflow.
    pub(crate) const fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// The answer: this page of a list of so many.
    pub(crate) const fn listing<T>(self, items: Vec<T>, total: i64) -> Listing<T> {
        let has_more = self.offset().saturating_add(self.size) < total;
        Listing { items, page: self.number, page_size: self.size, total, has_more }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let mut parameters = Parameters::from_request_parts(parts, state).await?;
        let number = parameters.integer("page", 1..=i64::MAX, Some(1));
        let size = parameters.integer("page_size", 1..=100, Some(20));
        parameters.finish()?;
        Ok(Self { number, size })
    }
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Listing<T> {
    items: Vec<T>,
    page: i64,
    page_size: i64,
    total: i64,
    has_more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_whether_another_follows() {
        let has_more =
            |number, total| Page { number, size: 2 }.listing::<()>(vec![], total).has_more;
        assert!(has_more(1, 3));
        assert!(!has_more(2, 3) && !has_more(1, 2) && !has_more(i64::MAX, 3));
    }
}
