//! A limit on the number of pairs in a form or a query.

use http::Extensions;
use http::request::Parts;
use tower_layer::Layer;

use super::first_mistake::most_pairs;
use super::refusals::malformed;
use crate::error::{ApiError, ApiFuture};
use crate::guard::{Guard, GuardService, Guards};
use crate::problem::{MALFORMED_BODY, ProblemTypes, Types};

/// A layer that limits the number of pairs in a form or a query; also a [`Guard`] that can be part
/// of a tuple of guards.
///
/// Pairs are grouped by their names before a type sees the first one, and `a&a&a` then takes twelve
/// times its size, whether or not it is valid. So a form or a query of more pairs is rejected
/// before it is grouped, with a 400 `malformed_body`. Of two layers the inner one applies. Without
/// any, the limit is the default here, 10,000 pairs.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{Form, PairLimit};
///
/// async fn create(Form(answers): Form<Vec<(String, String)>>) -> String {
///     answers.len().to_string()
/// }
///
/// let app: Router =
///     Router::new().route("/", post(create)).layer(PairLimit::pairs(200));
/// # let _ = app;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct PairLimit {
    pairs: usize,
}

impl PairLimit {
    /// Up to this number, pairs are never grouped and never rejected.
    const FEW: usize = 16;

    /// Rejects forms and queries of more than `pairs` pairs. A limit below 16 becomes 16.
    pub const fn pairs(pairs: usize) -> Self {
        Self { pairs: if pairs < Self::FEW { Self::FEW } else { pairs } }
    }

    /// Checks a form or a query against the limit of its request.
    pub(super) fn check(text: &[u8], extensions: &Extensions) -> Result<(), ApiError> {
        if most_pairs(text) <= Self::FEW {
            return Ok(());
        }
        extensions.get::<Self>().copied().unwrap_or_default().check_text(text)
    }

    /// Checks a form or a query that belongs to no request.
    pub(super) fn check_default(text: &[u8]) -> Result<(), ApiError> {
        Self::default().check_text(text)
    }

    pub(super) fn check_text(self, text: &[u8]) -> Result<(), ApiError> {
        let most = most_pairs(text);
        let count = || text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).count();
        if most <= self.pairs || count() <= self.pairs {
            return Ok(());
        }
        Err(malformed(format!("More than {} pairs of a name and a value were sent.", self.pairs)))
    }
}

/// The default limit is 10,000 pairs.
impl Default for PairLimit {
    fn default() -> Self {
        Self::pairs(10_000)
    }
}

impl Guard for PairLimit {
    type Permit = ();

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, Self::Permit> {
        request.extensions.insert(*self);
        ApiFuture::ready(Ok(()))
    }
}

impl<S> Layer<S> for PairLimit {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.before(inner)
    }
}

impl ProblemTypes for PairLimit {
    const TYPES: Types = Types { own: &[&MALFORMED_BODY], others: &[] };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_have_a_limit_and_empty_ones_do_not_count() {
        let is_fine = |text: &str| PairLimit::check_default(text.as_bytes()).is_ok();
        assert!(is_fine(&"a&".repeat(10_000)));
        assert!(!is_fine(&"a&".repeat(10_001)));
        assert!(is_fine(&"&".repeat(20_000)));
    }

    #[test]
    fn limit_is_settable() {
        let mut extensions = Extensions::new();
        extensions.insert(PairLimit::pairs(20));
        assert!(PairLimit::check("a&".repeat(20).as_bytes(), &extensions).is_ok());
        assert!(PairLimit::check("a&".repeat(21).as_bytes(), &extensions).is_err());
        assert!(PairLimit::check("a&".repeat(21).as_bytes(), &Extensions::new()).is_ok());
        assert_eq!(PairLimit::pairs(0), PairLimit::pairs(16));
    }
}
