//! The bounds that generated code needs on type parameters, and no more.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::GenericParam;

use super::forwarded;
use crate::model::{Answer, Checked, CheckedVariant, Detail, Fill, Outcome, Wait};

/// Returns the bounds for `ProblemTypes`, which only needs those of the forwarded errors.
pub(super) fn of_types(checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let inner = forwarded(checked).map(|variant| &variant.fields[0].ty);
    let bounds = inner
        .filter(|inner| is_generic(inner, checked))
        .map(|inner| quote!(#inner: #library::__private::ProblemTypes));
    clause(checked, bounds.collect())
}

/// Returns the bounds for the response, which are those of the conversion.
pub(super) fn of_response(checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let is_generic = !checked.generics.params.is_empty();
    let bound = is_generic.then(|| quote!(Self: #library::__private::IntoApiError));
    clause(checked, bound.into_iter().collect())
}

pub(super) fn of_conversion(checked: &Checked<'_>) -> TokenStream {
    let variants = checked.variants.iter();
    let mut bounds: Vec<TokenStream> = variants
        .flat_map(|variant| match &variant.outcome {
            Outcome::Forward => forwarding(variant, checked),
            Outcome::Answer(answer) => answering(answer, variant, checked),
        })
        .collect();
    bounds.extend(of_self(checked));
    clause(checked, bounds)
}

/// Returns the bounds for decoding, on the fields that are read from a problem or have a default.
pub(super) fn of_decoding(checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let decoded = checked.variants.iter().filter(|variant| variant.is_decoded);
    let answers = decoded.filter_map(|variant| match &variant.outcome {
        Outcome::Answer(answer) => Some((variant, answer)),
        Outcome::Forward => None,
    });
    let bounds = answers.flat_map(|(variant, answer)| {
        let fields = variant.fields.iter().enumerate();
        let fields = fields.filter(|(_, field)| is_generic(&field.ty, checked));
        fields.filter_map(|(at, field)| {
            let ty = &field.ty;
            if field.public.is_some() {
                return Some(quote!(#ty: #library::__private::DeserializeOwned));
            }
            let is_wait = matches!(answer.wait, Wait::Field(wait) if wait == at);
            (!is_wait).then(|| quote!(#ty: #library::__private::Default))
        })
    });
    clause(checked, bounds.collect())
}

fn forwarding(variant: &CheckedVariant<'_>, checked: &Checked<'_>) -> Vec<TokenStream> {
    let (inner, library) = (&variant.fields[0].ty, checked.library);
    let is_generic = is_generic(inner, checked);
    let bound = is_generic.then(|| quote!(#inner: #library::__private::Forward));
    bound.into_iter().collect()
}

/// Returns the bounds on the fields that are sent to a client or logged.
fn answering(
    answer: &Answer<'_>,
    variant: &CheckedVariant<'_>,
    checked: &Checked<'_>,
) -> Vec<TokenStream> {
    let library = checked.library;
    let mut bounds = Vec::new();
    for (at, field) in variant.fields.iter().enumerate() {
        let ty = &field.ty;
        if !is_generic(ty, checked) {
            continue;
        }
        if field.public.is_some() {
            bounds.push(quote!(#ty: #library::__private::Serialize));
        }
        if field.violations.is_some() {
            bounds.push(quote!(#ty: #library::__private::FieldViolations));
        }
        if field.note.is_some() {
            bounds.push(quote!(#ty: #library::__private::fmt::Debug));
        }
        if answer.headers.iter().any(|(_, header)| *header == at) {
            bounds.push(quote!(#ty: #library::__private::fmt::Display));
        }
        for name in shown_as(at, &answer.detail) {
            bounds.push(quote!(#ty: #library::__private::fmt::#name));
        }
    }
    bounds
}

/// Returns the traits with which the detail formats the field.
fn shown_as(field: usize, detail: &Detail) -> Vec<TokenStream> {
    let Detail::Filled(fills, _) = detail else {
        return Vec::new();
    };
    let specs = fills.iter().filter_map(|fill| match fill {
        Fill::Field { at, spec } if *at == field => Some(spec),
        _ => None,
    });
    specs.map(|spec| format_trait(spec)).collect()
}

fn format_trait(spec: &str) -> TokenStream {
    match spec.chars().next_back() {
        Some('?') => quote!(Debug),
        Some('x') => quote!(LowerHex),
        Some('X') => quote!(UpperHex),
        Some('o') => quote!(Octal),
        Some('b') => quote!(Binary),
        Some('e') => quote!(LowerExp),
        Some('E') => quote!(UpperExp),
        _ => quote!(Display),
    }
}

/// Returns the bound on the whole type: formatted by a 4xx, kept as a source by a 5xx.
fn of_self(checked: &Checked<'_>) -> Option<TokenStream> {
    if checked.generics.params.is_empty() {
        return None;
    }
    let library = checked.library;
    if answers(checked).any(|answer| answer.is_kept) {
        return Some(quote!(Self: #library::__private::Source));
    }
    answers(checked)
        .any(|answer| matches!(answer.detail, Detail::Display))
        .then(|| quote!(Self: #library::__private::fmt::Display))
}

fn answers<'a>(checked: &'a Checked<'a>) -> impl Iterator<Item = &'a Answer<'a>> {
    checked.variants.iter().filter_map(|variant| match &variant.outcome {
        Outcome::Answer(answer) => Some(&**answer),
        Outcome::Forward => None,
    })
}

/// Returns the user's own clause, followed by ours.
fn clause(checked: &Checked<'_>, bounds: Vec<TokenStream>) -> TokenStream {
    let own = checked.generics.where_clause.iter();
    let own = own.flat_map(|clause| clause.predicates.iter().map(ToTokens::to_token_stream));
    let all: Vec<_> = own.chain(bounds).collect();
    if all.is_empty() {
        return TokenStream::new();
    }
    quote!(where #(#all),*)
}

/// Whether a type parameter occurs in the type, at any depth.
fn is_generic(ty: &impl ToTokens, checked: &Checked<'_>) -> bool {
    let params = checked.generics.params.iter();
    let names: Vec<String> = params
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(param.ident.to_string()),
            _ => None,
        })
        .collect();
    mentions(ty.to_token_stream(), &names)
}

/// Whether one of the names occurs, at any depth.
pub(super) fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => names.contains(&name.to_string()),
        TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}
