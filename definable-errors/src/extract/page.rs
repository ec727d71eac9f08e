use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Pagination;

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
