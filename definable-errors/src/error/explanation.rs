//! A source of errors that explains a rejection to operators and developers.

use std::error::Error;
use std::fmt;

/// An explanation of why a request was rejected, for operators and developers: what is missing, and
/// what was checked.
///
/// As the source of an error ([`ApiError::with_source`](super::ApiError::with_source)) it is
/// logged, and in development mode it becomes the members `missing` and `checks`. A client in
/// production never sees it.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::error::Explanation;
///
/// let explanation = Explanation::new(&["a paid plan"], &["the plan is free", "no voucher"]);
/// assert_eq!(explanation.to_string(), "missing a paid plan: the plan is free; no voucher");
/// let error = ApiError::forbidden("This needs a paid plan.").with_source(explanation);
/// # let _ = error;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    missing: Vec<String>,
    checks: Vec<String>,
}

impl Explanation {
    /// The maximum number of items in each list; further ones are dropped.
    pub const MAX_ITEMS: usize = 32;

    /// Creates an explanation from what is missing and what was checked, one sentence per item.
    pub fn new(missing: &[impl fmt::Display], checks: &[impl fmt::Display]) -> Self {
        Self { missing: listed(missing), checks: listed(checks) }
    }

    /// Returns what is missing.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Returns what was checked.
    pub fn checks(&self) -> &[String] {
        &self.checks
    }
}

fn listed(list: &[impl fmt::Display]) -> Vec<String> {
    let mut listed: Vec<_> =
        list.iter().take(Explanation::MAX_ITEMS).map(ToString::to_string).collect();
    if list.len() > Explanation::MAX_ITEMS {
        listed.push(format!("and {} more", list.len() - Explanation::MAX_ITEMS));
    }
    listed
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "missing {}: {}", self.missing.join(", "), self.checks.join("; "))
    }
}

impl Error for Explanation {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut() {
        let explanation = Explanation::new(&["a"], &(0..100).collect::<Vec<_>>());
        assert_eq!(explanation.checks().len(), Explanation::MAX_ITEMS + 1);
        assert_eq!(explanation.checks().last().unwrap(), "and 68 more");
    }

    #[test]
    fn list_of_the_maximum_length_is_whole() {
        let items: Vec<_> = (0..Explanation::MAX_ITEMS).collect();
        let explanation = Explanation::new(&items, &["a"]);
        assert_eq!(explanation.missing().len(), Explanation::MAX_ITEMS);
        assert_eq!(explanation.missing().last().unwrap(), "31");
    }
}
