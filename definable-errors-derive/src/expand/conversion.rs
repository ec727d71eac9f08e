//! Writes the conversions of an error type into an `ApiError`, and of its fields into the error type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Path};

use super::{bounds, problem_type};
use crate::model::{Answer, Checked, CheckedVariant, Detail, Field, Fill, Outcome, Wait};

/// Writes the conversions. The one by reference makes the public half; the one by value also keeps
/// the error itself as the source.
pub(super) fn into_api_error(checked: &Checked<'_>) -> TokenStream {
    let Checked { name, library, .. } = checked;
    let places = problem_type::places(checked);
    let arms = checked.variants.iter().zip(&places).map(|(variant, of)| {
        let pattern = pattern(variant, Some(&quote!(ref)));
        let value = match &variant.outcome {
            Outcome::Forward => forward(&variant.fields[0], &quote!(forward_ref), library),
            Outcome::Answer(answer) => {
                let error =
                    noted(converted(answer, variant, of.as_ref(), library), variant, library);
                let error = hinted(error, answer, library);
                quote!(#library::__private::Option::Some(#error))
            }
        };
        quote!(#pattern => #value,)
    });
    let by_value = by_value(checked);
    let bounds = bounds::of_conversion(checked);
    let (impl_generics, type_generics, _) = checked.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::__private::IntoApiError for #name #type_generics #bounds {
            fn into_api_error(self) -> #library::__private::ApiError {
                #by_value
            }
            fn to_api_error(
                &self,
            ) -> #library::__private::Option<#library::__private::ApiError> {
                match *self { #(#arms)* }
            }
        }
    }
}

/// Writes one arm for every variant that is forwarded, one for all that are kept, one for the rest.
fn by_value(checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let (mut arms, mut kept, mut has_plain) = (Vec::new(), Vec::new(), false);
    for variant in &checked.variants {
        match &variant.outcome {
            Outcome::Forward => {
                let (pattern, local) = (pattern(variant, None), &variant.fields[0]);
                let value = forward(local, &quote!(forward), library);
                arms.push(quote!(#pattern => #value,));
            }
            Outcome::Answer(answer) if answer.is_kept => kept.push(path(variant)),
            Outcome::Answer(_) => has_plain = true,
        }
    }
    let span = Span::call_site().located_at(checked.name.span());
    let keep = quote_spanned!(span=> #library::__private::keep(self));
    let plain = quote!(#library::__private::without_source(&self));
    if arms.is_empty() && !has_plain && !kept.is_empty() {
        return keep;
    }
    if arms.is_empty() && has_plain && kept.is_empty() {
        return plain;
    }
    if !kept.is_empty() {
        arms.push(quote!(#(#kept { .. })|* => #keep,));
    }
    if has_plain {
        arms.push(quote!(_ => #plain,));
    }
    quote!(match self { #(#arms)* })
}

/// Writes a `From`, with the location of its caller, for every field that requests one.
pub(super) fn conversions(checked: &Checked<'_>) -> TokenStream {
    let Checked { name, library, .. } = checked;
    let own = &checked.generics.where_clause;
    let (impl_generics, type_generics, _) = checked.generics.split_for_impl();
    let variants = checked.variants.iter().filter_map(|variant| {
        let from = variant.fields.iter().find(|field| field.from.is_some())?;
        let (ty, path) = (&from.ty, path(variant));
        let fields = variant.fields.iter().map(|field| {
            let member = &field.member;
            if field.from.is_some() {
                quote!(#member: __cause)
            } else {
                let span = Span::mixed_site().located_at(field.span);
                quote_spanned!(span=> #member: #library::__private::SourceLocation::caller())
            }
        });
        Some(quote! {
            #[automatically_derived]
            impl #impl_generics #library::__private::From<#ty> for #name #type_generics #own {
                #[track_caller]
                fn from(__cause: #ty) -> Self {
                    #path { #(#fields),* }
                }
            }
        })
    });
    variants.collect()
}

/// Returns `Self`, or `Self::Variant`.
fn path(variant: &CheckedVariant<'_>) -> TokenStream {
    let name = variant.name.map(|name| quote!(::#name));
    quote!(Self #name)
}

/// Binds only what the arm reads; braces match variants of every kind.
fn pattern(variant: &CheckedVariant<'_>, by: Option<&TokenStream>) -> TokenStream {
    let path = path(variant);
    let fields = variant.fields.iter().enumerate();
    let bound = fields.filter_map(|(at, field)| {
        let (member, local) = (&field.member, local(at, field));
        match &variant.outcome {
            Outcome::Forward => Some(quote!(#member: #by #local)),
            Outcome::Answer(answer) if is_read(at, field, answer) => {
                Some(quote!(#member: #by #local))
            }
            Outcome::Answer(_) => None,
        }
    });
    quote!(#path { #(#bound,)* .. })
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
        || field.violations.is_some()
        || field.note.is_some()
        || field.location.is_some()
        || matches!(answer.wait, Wait::Field(field) if field == at)
        || answer.headers.iter().any(|(_, field)| *field == at)
}

/// Returns a name that clashes with no field; mistakes in types are reported at the field.
fn local(at: usize, field: &Field) -> Ident {
    format_ident!("__field{at}", span = Span::mixed_site().located_at(field.span))
}

fn forward(field: &Field, method: &TokenStream, library: &Path) -> TokenStream {
    let local = local(0, field);
    quote!(#library::__private::Forward::#method(#local))
}

/// Writes the public half.
fn converted(
    answer: &Answer<'_>,
    variant: &CheckedVariant<'_>,
    of: Option<&TokenStream>,
    library: &Path,
) -> TokenStream {
    let born = if answer.is_internal {
        let code = &answer.code;
        quote!(#library::__private::internal(#of, #code))
    } else {
        quote!(#library::__private::derived(#of))
    };
    let said = said(located(born, variant.fields, library), answer, variant.fields, library);
    let with_members = with_members(said, variant.fields, library);
    let with_violations = match answer.violations {
        Some(at) => {
            let local = local(at, &variant.fields[at]);
            quote!(#library::__private::violations(#with_members, #local))
        }
        None => with_members,
    };
    let with_headers = answer.headers.iter().fold(with_violations, |error, (name, at)| {
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

fn located(error: TokenStream, fields: &[Field], library: &Path) -> TokenStream {
    let mut fields = fields.iter().enumerate();
    match fields.find(|(_, field)| field.location.is_some()) {
        Some((at, field)) => {
            let local = local(at, field);
            quote!(#library::__private::located(#error, #local))
        }
        None => error,
    }
}

fn said(error: TokenStream, answer: &Answer<'_>, fields: &[Field], library: &Path) -> TokenStream {
    match &answer.detail {
        Detail::OfType | Detail::Constant(_) => error,
        Detail::Display => quote!(#library::__private::detail(#error, self)),
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

fn noted(error: TokenStream, variant: &CheckedVariant<'_>, library: &Path) -> TokenStream {
    let noted = variant.fields.iter().enumerate();
    let noted = noted.filter(|(_, field)| field.note.is_some());
    noted.fold(error, |error, (at, field)| {
        let (name, local) = (&field.name, local(at, field));
        quote!(#library::__private::note(#error, #name, #local))
    })
}

fn hinted(error: TokenStream, answer: &Answer<'_>, library: &Path) -> TokenStream {
    match answer.hint {
        Some(hint) => quote!(#library::__private::hint(#error, #hint)),
        None => error,
    }
}
