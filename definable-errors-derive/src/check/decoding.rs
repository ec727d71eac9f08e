//! Checks of `decode`: whether received problems can be converted back into the variants.

use proc_macro2::Span;

use super::problem_type;
use crate::mistakes::Mistakes;
use crate::model::{Declared, DeclaredVariant, Field};

/// Returns whether received problems are decoded into the variant, and notes a mistake if that is not
/// possible.
pub(super) fn is_decoded(
    declared: &Declared,
    variant: &DeclaredVariant,
    mistakes: &mut Mistakes,
) -> bool {
    match (declared.decode, variant.settings.not_decoded) {
        (None, None) | (Some(_), Some(_)) => false,
        (None, Some(span)) => {
            let message = "`decode = false` has no effect, because the type is not decoded; remove \
                           it, or add `#[api(decode)]` to the type";
            mistakes.at(span, message);
            false
        }
        (Some(_), None) => {
            for (span, reason) in obstacles(variant) {
                let message = format!("{reason}; mark the variant with `#[api(decode = false)]`");
                mistakes.at(span, message);
            }
            true
        }
    }
}

/// Returns what prevents the decoding of a variant.
fn obstacles(variant: &DeclaredVariant) -> Vec<(Span, String)> {
    if variant.settings.transparent.is_some() {
        return Vec::new();
    }
    if problem_type::is_internal(variant) {
        let reason =
            "clients never receive the code of a 5xx without `code`, so it cannot be decoded";
        return vec![(variant.name.span(), reason.to_owned())];
    }
    let causes = variant.fields.iter().filter(|field| is_cause(field));
    causes
        .map(|field| {
            let reason =
                format!("the cause `{}` is never sent, so it cannot be decoded", field.name);
            (field.span, reason)
        })
        .collect()
}

fn is_cause(field: &Field) -> bool {
    field.is_source && field.public.is_none()
}
