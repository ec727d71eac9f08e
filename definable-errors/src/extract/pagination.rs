//! Pages of lists: the page that a client requests, and the page that it receives.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::rules::{Bounds, Rule};
use super::{form, refusals};
use crate::error::ApiError;
use crate::problem::{Place, ProblemTypes, Types, VALIDATION_FAILED, Violation};

/// The page of a list that a client requests: the query parameters `page` and `page_size`.
///
/// `page` counts from 1; `page_size` is at most `MAX`, and `DEFAULT` if the client sends none.
/// Anything else is a violation. The answer is a [`Page`](super::Page).
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

    /// Returns the number of the page, from 1.
    pub const fn page(&self) -> u32 {
        self.page
    }

    /// Returns the number of items per page; the last page may have fewer.
    pub const fn page_size(&self) -> u32 {
        self.page_size
    }

    /// Returns the number of items before the page, as the `OFFSET` of a database.
    pub fn offset(&self) -> i64 {
        (i64::from(self.page) - 1).saturating_mul(self.limit())
    }

    /// Returns the maximum number of items on the page, as the `LIMIT` of a database.
    pub fn limit(&self) -> i64 {
        i64::from(self.page_size)
    }

    /// Parses a query, without its `?`.
    ///
    /// # Errors
    ///
    /// Returns `validation_failed` if one of the parameters is not valid.
    pub fn from_query(query: &str) -> Result<Self, ApiError> {
        let (default, max) = Self::SIZES;
        let page = number(query, "page", 1, u32::MAX);
        let page_size = number(query, "page_size", default, max);
        match (page, page_size) {
            (Ok(page), Ok(page_size)) => Ok(Self { page, page_size }),
            (page, page_size) => {
                let violations = page.err().into_iter().chain(page_size.err());
                Err(refusals::invalid(violations))
            }
        }
    }
}

/// The default is the first page, with `DEFAULT` items.
impl<const MAX: u32, const DEFAULT: u32> Default for Pagination<MAX, DEFAULT> {
    fn default() -> Self {
        Self { page: 1, page_size: Self::SIZES.0 }
    }
}

impl<const MAX: u32, const DEFAULT: u32, S: Sync> FromRequestParts<S> for Pagination<MAX, DEFAULT> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::from_query(form::query_text(&parts.uri))
    }
}

impl<const MAX: u32, const DEFAULT: u32> ProblemTypes for Pagination<MAX, DEFAULT> {
    const TYPES: Types = Types { own: &[&VALIDATION_FAILED], others: &[] };
}

/// Returns the parameter `name`, or its violation.
fn number(query: &str, name: &'static str, default: u32, max: u32) -> Result<u32, Violation> {
    let mut given = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| *key == *name);
    let Some((_, text)) = given.next() else {
        return Ok(default);
    };
    let rule = match given.next() {
        Some(_) => Rule::new("duplicate", "must be given once"),
        None if !is_integer(&text) => {
            Rule::new("type", "must be an integer").with_param("expected", "integer")
        }
        None => match text.parse() {
            Ok(number) if (1..=max).contains(&number) => return Ok(number),
            _ if max < u32::MAX => Rule::range(Bounds::of(&(1..=max))),
            Ok(_) => Rule::range(Bounds::of(&(1..))),
            Err(_) if text.starts_with('-') => Rule::range(Bounds::of(&(1..))),
            Err(_) => Rule::range(Bounds::of(&(..=max))),
        },
    };
    Err(rule.at(Place::Query(name.into())))
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// One page of a list: `{"items": […], "page": 1, "page_size": 20, "total": 41, "has_more": true}`.
///
/// ```
/// use definable_errors::extract::{Page, Pagination};
///
/// let pagination = Pagination::<100>::from_query("page=2&page_size=2")?;
/// let page = Page::new(pagination, vec!["c", "d"], 5);
/// assert!(page.has_more());
/// assert_eq!(
///     serde_json::to_string(&page).unwrap(),
///     r#"{"items":["c","d"],"page":2,"page_size":2,"total":5,"has_more":true}"#
/// );
/// # Ok::<(), definable_errors::ApiError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    items: Vec<T>,
    page: u32,
    page_size: u32,
    total: u64,
}

impl<T> Page<T> {
    /// Creates a page from its items and the number of items on all pages.
    pub const fn new<const MAX: u32, const DEFAULT: u32>(
        pagination: Pagination<MAX, DEFAULT>,
        items: Vec<T>,
        total: u64,
    ) -> Self {
        let (page, page_size) = (pagination.page(), pagination.page_size());
        Self { items, page, page_size, total }
    }

    /// Returns the items on this page.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// Returns the number of items on all pages.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// Returns whether there is a page after this one.
    pub fn has_more(&self) -> bool {
        u64::from(self.page) * u64::from(self.page_size) < self.total
    }

    /// Maps every item of the page, for example to the form that clients see.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, page, page_size, total } = self;
        Page { items: items.into_iter().map(change).collect(), page, page_size, total }
    }
}

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut page = serializer.serialize_struct("Page", 5)?;
        page.serialize_field("items", &self.items)?;
        page.serialize_field("page", &self.page)?;
        page.serialize_field("page_size", &self.page_size)?;
        page.serialize_field("total", &self.total)?;
        page.serialize_field("has_more", &self.has_more())?;
        page.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(query: &str) -> Vec<String> {
        let error = Pagination::<100>::from_query(query).unwrap_err();
        let violations = error.problem().violations().iter();
        violations.map(|violation| serde_json::to_string(violation).unwrap()).collect()
    }

    #[test]
    fn a_query_without_them_asks_for_the_first_page() {
        let pagination = Pagination::<50, 5>::from_query("q=page").unwrap();
        assert_eq!(pagination, Pagination::default());
        assert_eq!((pagination.page(), pagination.page_size()), (1, 5));
        assert_eq!((pagination.offset(), pagination.limit()), (0, 5));
    }

    #[test]
    fn both_are_read_as_they_are_encoded() {
        let pagination = Pagination::<100>::from_query("%70age=%33&page_size=0100").unwrap();
        assert_eq!((pagination.offset(), pagination.limit()), (200, 100));
    }

    #[test]
    fn the_last_page_does_not_overflow() {
        let most = "page=4294967295&page_size=4294967295";
        let pagination = Pagination::<{ u32::MAX }>::from_query(most).unwrap();
        assert_eq!(pagination.offset(), i64::MAX);
    }

    #[test]
    fn what_is_no_integer_is_a_violation() {
        for text in ["", "x", "1.5", "+1", "%2B1", "1e1", "0x1", "-", "--1", "1 ", "\u{663}"] {
            let reported = reported(&format!("page_size={text}"));
            assert_eq!(reported.len(), 1, "{text}");
            assert!(reported[0].contains(r#""name":"page_size","code":"type""#), "{reported:?}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_a_violation() {
        for text in ["0", "-1", "101", "4294967296", "99999999999999999999999"] {
            let reported = reported(&format!("page_size={text}"));
            let range = r#"{"in":"query","name":"page_size","code":"range","detail":"must be between 1 and 100","params":{"min":1,"max":100}}"#;
            assert_eq!(reported, [range], "{text}");
        }
    }

    #[test]
    fn a_page_has_only_the_bounds_of_a_number() {
        let range = |text: &str| {
            reported(&format!("page={text}"))[0].split("detail").nth(1).map(str::to_owned)
        };
        let (least, most) = (
            r#"":"must be at least 1","params":{"min":1}}"#,
            r#"":"must be at most 4294967295","params":{"max":4294967295}}"#,
        );
        assert_eq!([range("0"), range("-7")], [Some(least.into()), Some(least.into())]);
        assert_eq!(range("4294967296"), Some(most.into()));
    }

    #[test]
    fn both_are_told_at_once() {
        let reported = reported("page=1&page_size=x&page=1");
        let once =
            r#"{"in":"query","name":"page","code":"duplicate","detail":"must be given once"}"#;
        let integer = r#"{"in":"query","name":"page_size","code":"type","detail":"must be an integer","params":{"expected":"integer"}}"#;
        assert_eq!(reported, [once, integer]);
    }

    #[test]
    fn the_last_page_has_no_more() {
        let has_more = |query, total| {
            let pagination = Pagination::<{ u32::MAX }>::from_query(query).unwrap();
            Page::<()>::new(pagination, Vec::new(), total).has_more()
        };
        assert!(!has_more("page_size=5", 0));
        assert!(!has_more("page_size=5", 5));
        assert!(has_more("page_size=5", 6));
        assert!(!has_more("page=9&page_size=5", 6));
        assert!(has_more("page=4294967295&page_size=4294967295", u64::MAX));
    }
}
