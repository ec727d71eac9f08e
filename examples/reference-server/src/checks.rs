//! Rules of the contract, checked by hand.

use std::ops::RangeInclusive;

use definable_errors::ApiError;
use definable_errors::problem::{Place, Violation};

/// Fails when a rule was broken.
#[track_caller]
pub(crate) fn refuse(violations: Vec<Violation>) -> Result<(), ApiError> {
    match violations.is_empty() {
        true => Ok(()),
        false => Err(ApiError::validation_failed(violations)),
    }
}

/// A number within bounds; `i64::MAX` is no bound.
pub(crate) fn range(place: Place, value: i64, allowed: &RangeInclusive<i64>) -> Option<Violation> {
    let (min, max) = (*allowed.start(), *allowed.end());
    if allowed.contains(&value) {
        return None;
    }
    Some(match max {
        i64::MAX => Violation::new(place, "range", format!("must be at least {min}")),
        _ => Violation::new(place, "range", format!("must be between {min} and {max}"))
            .with_param("max", max),
    })
    .map(|violation| violation.with_param("min", min))
}

/// A text of so many characters.
pub(crate) fn length(
    place: Place,
    text: &str,
    allowed: RangeInclusive<usize>,
) -> Option<Violation> {
    let (min, max) = (*allowed.start(), *allowed.end());
    if allowed.contains(&text.chars().count()) {
        return None;
    }
    let violation = match min {
        0 => Violation::new(place, "length", format!("must have at most {max} characters")),
        _ => Violation::new(place, "length", format!("must have {min} to {max} characters"))
            .with_param("min", min),
    };
    Some(violation.with_param("max", max))
}

/// A list of at most so many items.
pub(crate) fn count<T>(place: Place, items: &[T], max: usize) -> Option<Violation> {
    let violation = || Violation::new(place, "length", format!("must have at most {max} items"));
    (items.len() > max).then(|| violation().with_param("max", max))
}
