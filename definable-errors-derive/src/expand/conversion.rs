use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Path};

use super::{bounds, problem_type};
use crate::model::{Answer, Checked, CheckedVariant, Detail, Field, Fill, Outcome, Wait};

/// The public half by reference first, then the error itself as the source.
pub(super) fn into_api_error(checked: &Checked<'_>) -> TokenStream {
    let Checked { name, library, .. } = checked;
    let statics = problem_type::names(checked);
    let arms = checked.variants.iter().zip(&statics).map(|(variant, of)| {
        let pattern = pattern(variant);
        let value = match &variant.outcome {
            Outcome::Forward => forward(&variant.fields[0], library),
            Outcome::Answer(answer) => kept(answer, variant, of.as_ref(), checked),
        };
        quote!(#pattern => #value,)
    });
    let bounds = bounds::of_conversion(checked);
    let (impl_generics, type_generics, _) = checked.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::__private::IntoApiError for #name #type_generics #bounds {
            fn into_api_error(self) -> #library::__private::ApiError {
                match self { #(#arms)* }
            }
        }
    }
}

/// Binds only what the arm reads; braces fit variants of every kind.
fn pattern(variant: &CheckedVariant<'_>) -> TokenStream {
    let path = variant.name.map(|name| quote!(::#name));
    let fields = variant.fields.iter().enumerate();
    let bound = fields.filter_map(|(at, field)| {
        let (member, local) = (&field.member, local(at, field));
        match &variant.outcome {
            Outcome::Forward => Some(quote!(#member: #local)),
            Outcome::Answer(answer) if is_read(at, field, answer) => {
                Some(quote!(#member: ref #local))
            }
            Outcome::Answer(_) => None,
        }
    });
    quote!(Self #path { #(#bound,)* .. })
}

fn is_read(at: usize, field: &Field, answer: &Answer<'_>) -> bool {
    let is_filled = match &answer.detail {
        Detail::Filled(fills, _) => {
            fills.iter().any(|fill| matches!(fill, Fill::Field { at: field, .. } if *field == at))
        }
        _ => false,
    };
    is_filled
        || field.public.is_some()
        || field.note.is_some()
        || matches!(answer.wait, Wait::Field(field) if field == at)
        || answer.headers.iter().any(|(_, field)| *field == at)
}

/// A name that clashes with no field; mistakes in types are shown at the field.
fn local(at: usize, field: &Field) -> Ident {
    format_ident!("__field{at}", span = Span::mixed_site().located_at(field.span))
}

fn forward(field: &Field, library: &Path) -> TokenStream {
    let local = local(0, field);
    quote!(#library::__private::Forward::forward(#local))
}

fn kept(
    answer: &Answer<'_>,
    variant: &CheckedVariant<'_>,
    of: Option<&Ident>,
    checked: &Checked<'_>,
) -> TokenStream {
    let library = checked.library;
    let error = noted(told(answer, variant, of, library), variant.fields, library);
    if !answer.is_kept {
        return error;
    }
    let span = Span::call_site().located_at(checked.name.span());
    quote_spanned!(span=> #library::__private::keep(#error, self))
}

/// The public half.
fn told(
    answer: &Answer<'_>,
    variant: &CheckedVariant<'_>,
    of: Option<&Ident>,
    library: &Path,
) -> TokenStream {
    let detail = detail(answer, variant.fields, library);
    let fields = variant.fields.iter().enumerate();
    let members = fields.filter_map(|(at, field)| {
        let (name, local) = (&field.public.as_ref()?.value, local(at, field));
        Some(quote!(.with_member(#name, #local)))
    });
    let headers = answer.headers.iter().map(|(name, at)| {
        let local = local(*at, &variant.fields[*at]);
        quote!(.with_header(#name, #library::__private::ToString::to_string(#local)))
    });
    let wait = match answer.wait {
        Wait::Field(at) => {
            let local = local(at, &variant.fields[at]);
            Some(quote!(.with_retry_after(*#local)))
        }
        _ => None,
    };
    quote!(#library::__private::derived(&#of) #detail #(#members)* #(#headers)* #wait)
}

fn detail(answer: &Answer<'_>, fields: &[Field], library: &Path) -> Option<TokenStream> {
    match &answer.detail {
        Detail::OfType | Detail::Constant(_) => None,
        Detail::Display => {
            Some(quote!(.with_detail(#library::__private::ToString::to_string(&self))))
        }
        Detail::Filled(fills, span) => {
            let text = filled(fills, fields, *span, library);
            Some(quote!(.with_detail(#text)))
        }
    }
}

fn filled(fills: &[Fill], fields: &[Field], span: Span, library: &Path) -> TokenStream {
    let parts = fills.iter().map(|fill| match fill {
        Fill::Text(text) => text.replace('{', "{{").replace('}', "}}"),
        Fill::Field { at, spec } => format!("{{__field{at}{spec}}}"),
    });
    let format = LitStr::new(&parts.collect::<String>(), span);
    let used = fills.iter().filter_map(|fill| match fill {
        Fill::Text(_) => None,
        Fill::Field { at, .. } => Some(*at),
    });
    let mut used: Vec<_> = used.collect();
    used.sort_unstable();
    used.dedup();
    let locals = used.into_iter().map(|at| {
        let local = local(at, &fields[at]);
        quote!(#local = #local)
    });
    quote!(#library::__private::format!(#format, #(#locals),*))
}

fn noted(error: TokenStream, fields: &[Field], library: &Path) -> TokenStream {
    let noted = fields.iter().enumerate();
    let noted = noted.filter(|(_, field)| field.note.is_some());
    noted.fold(error, |error, (at, field)| {
        let (name, local) = (&field.name, local(at, field));
        quote!(#library::__private::note(#error, #name, #local))
    })
}
