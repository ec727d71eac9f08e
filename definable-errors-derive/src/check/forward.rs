use proc_macro2::Span;

use crate::mistakes::Mistakes;
use crate::model::{DeclaredVariant, Outcome};

/// Checks that a transparent variant has one field and no settings of its own.
pub(super) fn check<'a>(
    variant: &DeclaredVariant,
    span: Span,
    mistakes: &mut Mistakes,
) -> Outcome<'a> {
    if variant.fields.len() != 1 {
        let message = "expected exactly one field, the error that `transparent` passes on";
        mistakes.at(span, message);
    }
    let names = variant.settings.names.iter();
    for name in names.filter(|name| name.value != "transparent") {
        let message = format!(
            "`{}` cannot stand beside `transparent`, the inner error speaks for itself",
            name.value
        );
        mistakes.at(name.span, message);
    }
    for field in &variant.fields {
        let public = field.public.as_ref().map(|name| name.span);
        let private = field.note.into_iter().chain(field.location).chain(field.from);
        for span in public.into_iter().chain(field.violations).chain(private) {
            let message = "unexpected attribute on the field of a transparent variant; remove it";
            mistakes.at(span, message);
        }
    }
    Outcome::Forward
}
