use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Path};

use super::{bounds, problem_type};
use crate::model::{Answer, Checked, CheckedVariant, Detail, Field, Fill, Outcome, Wait};

/// The public half by reference first, then the error itself as the source.
pub(super) fn into_api_error(checked: &Checked<'_>) -> TokenStream {
    let Checked { name, library, .. } = checked;
    let places = problem_type::places(checked);
    let arms = checked.variants.iter().zip(&places).map(|(variant, of)| {
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
    of: Option<&TokenStream>,
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
    of: Option<&TokenStream>,
    library: &Path,
) -> TokenStream {
    let born = quote!(#library::__private::derived(&#of));
    let said = said(born, answer, variant.fields, library);
    let with_members = with_members(said, variant.fields, library);
    let with_headers = answer.headers.iter().fold(with_members, |error, (name, at)| {
        let local = local(*at, &variant.fields[*at]);
        quote!(#library::__private::header(#error, #name, #local))
    });
    match answer.wait {
        Wait::Field(at) => {
            let local = local(at, &variant.fields[at]);
            quote!(#with_headers.with_retry_after(*#local))
        }
        _ => with_headers,
    }
}

fn said(error: TokenStream, answer: &Answer<'_>, fields: &[Field], library: &Path) -> TokenStream {
    match &answer.detail {
        Detail::OfType | Detail::Constant(_) => error,
        Detail::Display => quote!(#library::__private::detail(#error, &self)),
        Detail::Filled(fills, span) => {
            let text = filled(fills, fields, *span, library);
            quote!(#library::__private::detail(#error, &#text))
        }
    }
}

fn with_members(error: TokenStream, fields: &[Field], library: &Path) -> TokenStream {
    fields.iter().enumerate().fold(error, |error, (at, field)| match &field.public {
        Some(name) => {
            let (name, local) = (&name.value, local(at, field));
            quote!(#library::__private::member(#error, #name, #local))
        }
        None => error,
    })
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
    quote!(#library::__private::format_args!(#format, #(#locals),*))
}

fn noted(error: TokenStream, fields: &[Field], library: &Path) -> TokenStream {
    let noted = fields.iter().enumerate();
    let noted = noted.filter(|(_, field)| field.note.is_some());
    noted.fold(error, |error, (at, field)| {
        let (name, local) = (&field.name, local(at, field));
        quote!(#library::__private::note(#error, #name, #local))
    })
}
