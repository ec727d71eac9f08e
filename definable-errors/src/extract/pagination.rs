use std::borrow::Cow;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::parameter::{self, NotOne};
use crate::error::ApiError;
use crate::problem::{Place, ProblemTypes, Types, VALIDATION_FAILED, Violation};

/// Which part of a list a client asks for: the query parameters `page` and `page_size`.
///
/// `page` counts from 1; `page_size` is at most `MAX`, and `DEFAULT` when the client does not say.
/// Anything else is a violation. [`Page`](super::Page) is what to answer.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::extract::{Json, Page, Pagination};
///
/// const NAMES: [&str; 3] = ["ada", "grace", "mary"];
///
/// async fn names(pagination: Pagination<50>) -> Json<Page<&'static str>> {
///     let (skip, take) = (pagination.offset() as usize, pagination.limit() as usize);
///     let names = NAMES.into_iter().skip(skip).take(take).collect();
///     Json(Page::new(pagination, names, NAMES.len() as u64))
/// }
///
/// let app: Router = Router::new().route("/names", get(names));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pagination<const MAX: u32 = 100, const DEFAULT: u32 = 20> {
    page: u32,
    page_size: u32,
}

impl<const MAX: u32, const DEFAULT: u32> Pagination<MAX, DEFAULT> {
    const SIZES: (u32, u32) = {
        assert!(1 <= DEFAULT && DEFAULT <= MAX, "the default page size lies between 1 and MAX");
        (DEFAULT, MAX)
    };

    /// The page, from 1.
    pub const fn page(&self) -> u32 {
        self.page
    }

    /// How many items a page has, the last one excepted.
    pub const fn page_size(&self) -> u32 {
        self.page_size
    }

    /// How many items come before the page, as the `OFFSET` of a database.
    pub fn offset(&self) -> i64 {
        (i64::from(self.page) - 1).saturating_mul(self.limit())
    }

    /// How many items the page has at most, as the `LIMIT` of a database.
    pub fn limit(&self) -> i64 {
        i64::from(self.page_size)
    }

    /// Reads a query, without its `?`.
    ///
    /// # Errors
    ///
    /// `validation_failed` when one of the parameters is not what it should be.
    pub fn from_query(query: &str) -> Result<Self, ApiError> {
        let (default, max) = Self::SIZES;
        let page = number(query, "page", 1, u32::MAX);
        let page_size = number(query, "page_size", default, max);
        match (page, page_size) {
            (Ok(page), Ok(page_size)) => Ok(Self { page, page_size }),
            (page, page_size) => {
                let violations = page.err().into_iter().chain(page_size.err());
                Err(ApiError::validation_failed(violations))
            }
        }
    }
}

/// The first page, of the usual size.
impl<const MAX: u32, const DEFAULT: u32> Default for Pagination<MAX, DEFAULT> {
    fn default() -> Self {
        Self { page: 1, page_size: Self::SIZES.0 }
    }
}

fn number(query: &str, name: &'static str, default: u32, max: u32) -> Result<u32, Violation> {
    let violation = |code: &'static str, detail: Cow<'static, str>| {
        Violation::new(Place::Query(name.into()), code, detail)
    };
    let not_integer = || {
        violation("type", "must be an integer".into()).with_param("expected", "integer")
    };
    let text = match parameter::only(query, name) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(default),
        Err(NotOne) => return Err(violation("duplicate", "must be given once".into())),
    };
    match integer(&text).ok_or_else(not_integer)? {
        Some(number) if (1..=max).contains(&number) => Ok(number),
        _ => Err(out_of_range(violation, max)),
    }
}
