//! Writes the static problem types of the variants, and the list of those that clients may see.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::Path;

use super::member;
use crate::model::{Answer, Checked, CheckedVariant, Detail, DetailSource, Field, Outcome, Wait};

/// Writes the types of all variants that have one of their own. There is one static for all,
/// because every item costs compile time.
pub(super) fn all(checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let variants = checked.variants.iter();
    let types = variants.filter_map(|variant| match &variant.outcome {
        Outcome::Answer(answer) if is_written(answer) => Some(written(answer, variant, checked)),
        Outcome::Answer(_) | Outcome::Forward => None,
    });
    let types: Vec<_> = types.collect();
    let count = types.len();
    if count == 0 {
        return TokenStream::new();
    }
    quote! {
        static __TYPES: [#library::__private::ProblemType; #count] = [#(#types),*];
    }
}

/// Returns references to the types that the variants answer with, one for every variant.
pub(super) fn places(checked: &Checked<'_>) -> Vec<Option<TokenStream>> {
    let mut places = (0..).map(|at| {
        let at = Literal::usize_unsuffixed(at);
        quote!(&__TYPES[#at])
    });
    let variants = checked.variants.iter();
    variants
        .map(|variant| match &variant.outcome {
            Outcome::Forward => None,
            Outcome::Answer(answer) if is_written(answer) => places.next(),
            Outcome::Answer(answer) => Some(usual(answer.status, checked.library)),
        })
        .collect()
}

/// Returns references to the types that clients may see: for an internal one the built-in type of
/// its status, once.
pub(super) fn promised(checked: &Checked<'_>) -> Vec<TokenStream> {
    let mut statuses = Vec::new();
    let variants = checked.variants.iter().zip(places(checked));
    let own = variants.filter_map(|(variant, place)| match &variant.outcome {
        Outcome::Answer(answer) if answer.is_internal => {
            let is_new = !statuses.contains(&answer.status);
            statuses.push(answer.status);
            is_new.then(|| usual(answer.status, checked.library))
        }
        Outcome::Answer(_) | Outcome::Forward => place,
    });
    let own: Vec<_> = own.collect();
    own.into_iter().chain(checked.declares.iter().map(|path| quote!(&#path))).collect()
}

/// Whether a type is written: an internal one that changes nothing is the built-in one.
fn is_written(answer: &Answer<'_>) -> bool {
    let changes = answer.level.is_some()
        || answer.is_retryable.is_some()
        || matches!(answer.wait, Wait::Seconds(_));
    !answer.is_internal || changes
}

fn usual(status: u16, library: &Path) -> TokenStream {
    let status = Literal::u16_unsuffixed(status);
    quote!(#library::__private::usual(#status))
}

fn written(
    answer: &Answer<'_>,
    variant: &CheckedVariant<'_>,
    checked: &Checked<'_>,
) -> TokenStream {
    let library = checked.library;
    let made = made(answer, variant.fields, checked);
    let settings = [
        detail(answer),
        detail_source(answer, library),
        documentation(answer),
        level(answer, library),
        retryable(answer),
        challenge(answer),
        headers(answer),
        uri(answer),
    ];
    let value = quote!(#made #(#settings)*);
    match answer.wait {
        Wait::Usual if !answer.is_internal => {
            quote!(#library::__private::with_default_wait(#value))
        }
        Wait::Seconds(seconds) => {
            let seconds = Literal::u64_unsuffixed(seconds.into());
            quote!(#value.with_retry_after(#library::__private::Duration::from_secs(#seconds)))
        }
        Wait::None | Wait::Usual | Wait::Field(_) => value,
    }
}

fn made(answer: &Answer<'_>, fields: &[Field], checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let (code, status) = (&answer.code, Literal::u16_unsuffixed(answer.status));
    if answer.is_internal {
        let usual = usual(answer.status, library);
        return quote!((*#usual));
    }
    let members = answer.members.iter();
    let members = members.map(|found| member::declared(found, &fields[found.field], checked));
    let members = quote!(&[#(#members),*]);
    match &answer.title {
        Some(title) => quote!(#library::__private::checked(#code, #status, #title, #members)),
        None => quote!(#library::__private::with_default_texts(#code, #status, #members)),
    }
}

fn detail(answer: &Answer<'_>) -> Option<TokenStream> {
    match &answer.detail {
        Detail::Constant(text) => Some(quote!(.with_detail(#text))),
        _ => None,
    }
}

/// Returns what a detail that is not constant is made of, for translations.
fn detail_source(answer: &Answer<'_>, library: &Path) -> Option<TokenStream> {
    let source = match &answer.detail_source {
        DetailSource::Constant => return None,
        DetailSource::Members => quote!(Members),
        DetailSource::Fields(fields) => quote!(Fields(&[#(#fields),*])),
        DetailSource::Display => quote!(Display),
    };
    Some(quote!(.with_detail_source(#library::__private::DetailSource::#source)))
}

/// Returns the documentation. That of an internal error is for operators.
fn documentation(answer: &Answer<'_>) -> Option<TokenStream> {
    let text = answer.documentation;
    (!text.is_empty() && !answer.is_internal).then(|| quote!(.with_documentation(#text)))
}

fn level(answer: &Answer<'_>, library: &Path) -> Option<TokenStream> {
    let level = format_ident!("{}", answer.level?);
    Some(quote!(.with_level(#library::__private::Level::#level)))
}

fn retryable(answer: &Answer<'_>) -> Option<TokenStream> {
    let setting = if answer.is_retryable? { "retryable" } else { "non_retryable" };
    let setting = format_ident!("{setting}");
    Some(quote!(.#setting()))
}

fn challenge(answer: &Answer<'_>) -> Option<TokenStream> {
    let challenge = answer.challenge?;
    Some(quote!(.with_challenge(#challenge)))
}

fn headers(answer: &Answer<'_>) -> Option<TokenStream> {
    let names = answer.headers.iter().map(|(name, _)| name);
    (!answer.headers.is_empty() && !answer.is_internal)
        .then(|| quote!(.with_headers(&[#(#names),*])))
}

fn uri(answer: &Answer<'_>) -> Option<TokenStream> {
    let uri = answer.uri?;
    Some(quote!(.with_uri(#uri)))
}
