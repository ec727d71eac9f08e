use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Path;

use crate::model::{Answer, Checked, CheckedVariant, Detail, Field, Outcome, Wait};

/// One static for every variant that answers itself.
pub(super) fn statics(checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let statics = names(checked).into_iter().zip(&checked.variants);
    statics
        .filter_map(|(name, variant)| match &variant.outcome {
            Outcome::Answer(answer) => Some((name?, written(answer, variant, library))),
            Outcome::Forward => None,
        })
        .map(|(name, value)| {
            quote! {
                static #name: #library::__private::ProblemType = #value;
            }
        })
        .collect()
}

/// The names of the statics, one place for every variant.
pub(super) fn names(checked: &Checked<'_>) -> Vec<Option<Ident>> {
    let variants = checked.variants.iter().enumerate();
    variants
        .map(|(at, variant)| match variant.outcome {
            Outcome::Forward => None,
            Outcome::Answer(_) => Some(format_ident!("__TYPE_{at}", span = Span::mixed_site())),
        })
        .collect()
}

fn written(answer: &Answer<'_>, variant: &CheckedVariant<'_>, library: &Path) -> TokenStream {
    let made = made(answer, variant.fields, library);
    let settings = [
        detail(answer),
        documentation(answer),
        level(answer, library),
        retryable(answer),
        challenge(answer),
    ];
    let value = quote!(#made #(#settings)*);
    match answer.wait {
        Wait::Usual => quote!(#library::__private::waiting_as_usual(#value)),
        Wait::Seconds(seconds) => quote!(#value.with_retry_after(#seconds)),
        Wait::None | Wait::Field(_) => value,
    }
}

fn made(answer: &Answer<'_>, fields: &[Field], library: &Path) -> TokenStream {
    let (code, status) = (&answer.code, Literal::u16_unsuffixed(answer.status));
    let public = fields.iter().filter_map(|field| field.public.as_ref());
    let members = public.map(|name| &name.value);
    let members = quote!(&[#(#members),*]);
    match &answer.title {
        Some(title) => quote!(#library::__private::checked(#code, #status, #title, #members)),
        None => quote!(#library::__private::saying_as_usual(#code, #status, #members)),
    }
}

fn detail(answer: &Answer<'_>) -> Option<TokenStream> {
    match &answer.detail {
        Detail::Constant(text) => Some(quote!(.with_detail(#text))),
        _ => None,
    }
}

fn documentation(answer: &Answer<'_>) -> Option<TokenStream> {
    let text = answer.documentation;
    (!text.is_empty()).then(|| quote!(.with_documentation(#text)))
}

fn level(answer: &Answer<'_>, library: &Path) -> Option<TokenStream> {
    let level = format_ident!("{}", answer.level?);
    Some(quote!(.with_level(#library::__private::Level::#level)))
}

fn retryable(answer: &Answer<'_>) -> Option<TokenStream> {
    let setting = if answer.is_retryable? { "retryable" } else { "permanent" };
    let setting = format_ident!("{setting}");
    Some(quote!(.#setting()))
}

fn challenge(answer: &Answer<'_>) -> Option<TokenStream> {
    let challenge = answer.challenge?;
    Some(quote!(.with_challenge(#challenge)))
}
