//! Validation of what was read: every rule, on the model alone.

mod challenge;
mod code;
mod detail;
mod forward;
mod header;
mod json_type;
mod location;
mod member;
mod retry;
mod status;
#[cfg(test)]
mod tests;
mod violations;

use std::collections::HashSet;

use quote::ToTokens;
use syn::Error;

use crate::mistakes::Mistakes;
use crate::model::{Answer, Checked, CheckedVariant, Declared, DeclaredVariant, Outcome, Shape};

/// Checks the whole type. The result is complete only if no mistake was noted.
pub(crate) fn error_type<'a>(declared: &'a Declared, mistakes: &mut Mistakes) -> Checked<'a> {
    if declared.shape == Shape::Union {
        let message = "expected an enum or a struct; a union has no variants";
        mistakes.at(declared.name.span(), message);
    }
    code::prefix(declared, mistakes);
    code::duplicates(declared, mistakes);
    declares(declared, mistakes);
    let variants = declared.variants.iter();
    Checked {
        name: &declared.name,
        generics: &declared.generics,
        library: &declared.library,
        declares: &declared.declares,
        variants: variants.map(|found| variant(declared, found, mistakes)).collect(),
    }
}

fn variant<'a>(
    declared: &'a Declared,
    variant: &'a DeclaredVariant,
    mistakes: &mut Mistakes,
) -> CheckedVariant<'a> {
    let outcome = match variant.settings.transparent {
        Some(span) => forward::check(variant, span, mistakes),
        None => Outcome::Answer(Box::new(answer(declared, variant, mistakes))),
    };
    CheckedVariant {
        name: (declared.shape == Shape::Enum).then_some(&variant.name),
        fields: &variant.fields,
        outcome,
    }
}

fn answer<'a>(
    declared: &Declared,
    variant: &'a DeclaredVariant,
    mistakes: &mut Mistakes,
) -> Answer<'a> {
    let settings = &variant.settings;
    let status = status::check(variant, mistakes);
    let is_internal = code::is_internal(variant);
    let code = code::check(declared, variant, mistakes);
    location::check(&variant.fields, mistakes);
    if is_internal {
        code::internal(variant, mistakes);
    }
    let members = member::check(&variant.fields, mistakes);
    let has_source = variant.fields.iter().any(|field| field.is_source);
    Answer {
        title: code::title(variant, &code, status, mistakes),
        detail: detail::check(variant, status, mistakes),
        documentation: &variant.documentation,
        level: status::level(settings, mistakes),
        is_retryable: settings.retryable,
        wait: retry::check(variant, status, mistakes),
        challenge: challenge::check(settings, status, mistakes),
        members,
        violations: violations::check(&variant.fields, status, mistakes),
        headers: header::check(variant, mistakes),
        is_internal,
        is_kept: has_source || status.is_none_or(|status| status >= 500),
        // Without a status there is a mistake, and no code is generated.
        status: status.unwrap_or(500),
        code,
    }
}

/// Checks that each problem type is declared once.
fn declares(declared: &Declared, mistakes: &mut Mistakes) {
    let mut known = HashSet::new();
    for path in &declared.declares {
        let text = path.to_token_stream().to_string();
        if !known.insert(text) {
            mistakes.add(Error::new_spanned(path, "duplicate problem type; remove one"));
        }
    }
}
