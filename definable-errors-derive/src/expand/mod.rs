//! Code generation from the checked model; it contains no rules.

mod bounds;
mod conversion;
mod decoding;
mod member;
mod problem_type;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Checked, CheckedVariant, Outcome};

/// Writes the implementations, and the problem types that they refer to.
pub(crate) fn error_type(checked: &Checked<'_>) -> TokenStream {
    let problem_types = problem_type::all(checked);
    let types = types(checked);
    let conversion = conversion::into_api_error(checked);
    let conversions = conversion::conversions(checked);
    let decoding = decoding::from_received(checked);
    let response = into_response(checked);
    quote! {
        #[allow(deprecated, unused_qualifications)]
        const _: () = {
            #problem_types
            #types
            #conversion
            #conversions
            #decoding
            #response
        };
    }
}

fn types(checked: &Checked<'_>) -> TokenStream {
    let Checked { name, library, .. } = checked;
    let own = problem_type::promised(checked);
    let others = forwarded(checked).map(|variant| {
        let inner = &variant.fields[0].ty;
        quote!(<#inner as #library::__private::ProblemTypes>::TYPES)
    });
    let bounds = bounds::of_types(checked);
    let (impl_generics, type_generics, _) = checked.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::__private::ProblemTypes for #name #type_generics #bounds {
            const TYPES: #library::__private::Types =
                #library::__private::Types { own: &[#(#own),*], others: &[#(#others),*] };
        }
    }
}

fn into_response(checked: &Checked<'_>) -> TokenStream {
    let Checked { name, library, .. } = checked;
    let bounds = bounds::of_response(checked);
    let (impl_generics, type_generics, _) = checked.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::__private::IntoResponse for #name #type_generics #bounds {
            fn into_response(self) -> #library::__private::Response {
                #library::__private::IntoResponse::into_response(
                    #library::__private::IntoApiError::into_api_error(self),
                )
            }
        }
    }
}

fn forwarded<'a>(checked: &'a Checked<'a>) -> impl Iterator<Item = &'a CheckedVariant<'a>> {
    let variants = checked.variants.iter();
    variants.filter(|variant| matches!(variant.outcome, Outcome::Forward))
}
