use crate::mistakes::Mistakes;
use crate::model::{DeclaredVariant, RetryAfter, Wait, Written};

/// The statuses for which a `Retry-After` is meaningful.
const STATUSES: [u16; 8] = [408, 409, 413, 429, 500, 502, 503, 504];

pub(super) fn check(
    variant: &DeclaredVariant,
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Wait {
    let Some(retry_after) = &variant.settings.retry_after else {
        return usual(variant, status);
    };
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        let message = "`retry_after` has no meaning on this status; it belongs on 408, 409, 413, \
                       429, 500, 502, 503 and 504";
        mistakes.at(retry_after.span, message);
    }
    wait(variant, retry_after, mistakes)
}

/// Returns the default wait: 429 and a temporary 503 always have one.
fn usual(variant: &DeclaredVariant, status: Option<u16>) -> Wait {
    let is_temporary = variant.settings.retryable != Some(false);
    match status {
        Some(429 | 503) if is_temporary => Wait::Usual,
        _ => Wait::None,
    }
}

fn wait(
    variant: &DeclaredVariant,
    retry_after: &Written<RetryAfter>,
    mistakes: &mut Mistakes,
) -> Wait {
    let field = match &retry_after.value {
        RetryAfter::Seconds(0) => {
            mistakes.at(retry_after.span, "expected one second or more");
            return Wait::None;
        }
        RetryAfter::Seconds(seconds) => return Wait::Seconds(*seconds),
        RetryAfter::Field(field) => field,
    };
    let fields = &variant.fields;
    let at = fields.iter().position(|known| known.name == *field);
    if at.is_none() {
        let message =
            format!("no field `{field}` here, expected whole seconds, or a `Duration` field");
        mistakes.at(retry_after.span, message);
    }
    at.map_or(Wait::None, Wait::Field)
}
