//! Validation of what was read: every rule, on the model alone.

mod decoding;
mod detail_source;
mod fields;
mod problem_type;
mod response;

use std::collections::HashSet;

use proc_macro2::Span;
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
    problem_type::prefix(declared, mistakes);
    problem_type::duplicates(declared, mistakes);
    declares(declared, mistakes);
    let fields = declared.variants.iter().flat_map(|variant| &variant.fields);
    response::hint(declared.hint.as_ref(), fields, mistakes);
    let variants = declared.variants.iter();
    Checked {
        name: &declared.name,
        generics: &declared.generics,
        library: &declared.library,
        declares: &declared.declares,
        is_decoded: declared.decode.is_some(),
        variants: variants.map(|found| variant(declared, found, mistakes)).collect(),
    }
}

fn variant<'a>(
    declared: &'a Declared,
    variant: &'a DeclaredVariant,
    mistakes: &mut Mistakes,
) -> CheckedVariant<'a> {
    let outcome = match variant.settings.transparent {
        Some(span) => transparent(variant, span, mistakes),
        None => Outcome::Answer(Box::new(answer(declared, variant, mistakes))),
    };
    CheckedVariant {
        name: (declared.shape == Shape::Enum).then_some(&variant.name),
        fields: &variant.fields,
        is_decoded: decoding::is_decoded(declared, variant, mistakes),
        outcome,
    }
}

/// Checks that a transparent variant has one field and no settings of its own.
fn transparent<'a>(variant: &DeclaredVariant, span: Span, mistakes: &mut Mistakes) -> Outcome<'a> {
    if variant.fields.len() != 1 {
        let message = "expected exactly one field, the error that `transparent` passes on";
        mistakes.at(span, message);
    }
    let names = variant.settings.names.iter();
    for name in names.filter(|name| !["transparent", "decode"].contains(&&*name.value)) {
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

fn answer<'a>(
    declared: &'a Declared,
    variant: &'a DeclaredVariant,
    mistakes: &mut Mistakes,
) -> Answer<'a> {
    let settings = &variant.settings;
    let status = problem_type::status(variant, mistakes);
    let is_internal = problem_type::is_internal(variant);
    let code = problem_type::code(declared, variant, mistakes);
    fields::location(&variant.fields, mistakes);
    if is_internal {
        problem_type::internal(variant, mistakes);
    }
    let members = fields::members(&variant.fields, mistakes);
    let has_source = variant.fields.iter().any(|field| field.is_source);
    let title = problem_type::title(variant, &code, status, mistakes);
    let detail = response::detail(variant, status, mistakes);
    let level = problem_type::level(settings, mistakes);
    let wait = response::wait(variant, status, mistakes);
    Answer {
        title,
        detail_source: detail_source::detail_source(variant, &detail, &wait),
        detail,
        documentation: problem_type::documentation(variant, mistakes),
        level,
        is_retryable: settings.retryable,
        wait,
        challenge: response::challenge(settings, status, mistakes),
        uri: problem_type::uri(settings, mistakes),
        hint: response::hint(settings.hint.as_ref(), &variant.fields, mistakes)
            .or(declared.hint.as_ref().map(|hint| &*hint.value)),
        members,
        violations: fields::violations(&variant.fields, status, mistakes),
        headers: response::headers(variant, mistakes),
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
