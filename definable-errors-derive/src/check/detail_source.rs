//! What a detail is made of: whether a translation can contain all of its values.

use crate::model::{DeclaredVariant, Detail, DetailSource, Display, Fill, Wait};

/// Returns the values of a detail that are neither members nor the wait.
pub(super) fn detail_source(
    variant: &DeclaredVariant,
    detail: &Detail,
    wait: &Wait,
) -> DetailSource {
    let is_public = |at: usize| {
        let is_wait = matches!(wait, Wait::Field(field) if *field == at);
        variant.fields[at].public.is_some() || is_wait
    };
    match detail {
        Detail::OfType | Detail::Constant(_) => DetailSource::Constant,
        Detail::Filled(fills, _) => from_names(fills.iter().filter_map(|fill| match fill {
            Fill::Field { at, .. } if !is_public(*at) => Some(variant.fields[*at].name.clone()),
            Fill::Field { .. } | Fill::Text(_) => None,
        })),
        Detail::Display => match &variant.display {
            Display::Format { template, defined, mentioned, .. } => {
                // An argument without a name is an expression in place of a field.
                let has_arguments = !mentioned.is_empty();
                let is_field = |name: &str| {
                    let is_position = name.bytes().all(|byte| byte.is_ascii_digit());
                    let at = variant.fields.iter().position(|field| field.name == name);
                    let is_shadowed =
                        defined.iter().any(|it| it == name) || (is_position && has_arguments);
                    !is_shadowed && at.is_some_and(is_public)
                };
                let names = template.holes().map(|hole| &*hole.name);
                from_names(names.filter(|name| !is_field(name)).map(|name| match name {
                    "" => String::from("{}"),
                    name => name.to_owned(),
                }))
            }
            Display::Unknown | Display::Transparent(_) => DetailSource::Display,
        },
    }
}

fn from_names(names: impl Iterator<Item = String>) -> DetailSource {
    let mut known: Vec<String> = Vec::new();
    for name in names {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    if known.is_empty() { DetailSource::Members } else { DetailSource::Fields(known) }
}
