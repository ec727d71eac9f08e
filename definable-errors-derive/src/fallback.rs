//! Error recovery: writes the mistakes, and impls that do nothing, so that code which uses the type
//! gets no further errors about missing impls.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Error;
use syn::Type;

use crate::model::Declared;

pub(crate) fn error_type(declared: &Declared, mistakes: &Error) -> TokenStream {
    let Declared { name, library, .. } = declared;
    let mistakes = mistakes.to_compile_error();
    let converted = converted(declared);
    let decoding = decoding(declared);
    let (impl_generics, type_generics, own) = declared.generics.split_for_impl();
    quote! {
        #mistakes
        const _: () = {
            impl #impl_generics #library::__private::ProblemTypes for #name #type_generics #own {
                const TYPES: #library::__private::Types = #library::__private::Types::EMPTY;
            }
            impl #impl_generics #library::__private::IntoApiError for #name #type_generics #own {
                fn into_api_error(self) -> #library::__private::ApiError {
                    loop {}
                }
            }
            #decoding
            #(
                impl #impl_generics #library::__private::From<#converted> for #name #type_generics
                #own {
                    fn from(_: #converted) -> Self {
                        loop {}
                    }
                }
            )*
            impl #impl_generics #library::__private::IntoResponse for #name #type_generics #own {
                fn into_response(self) -> #library::__private::Response {
                    loop {}
                }
            }
        };
    }
}

/// Returns the types that a `From` would have been written for; thiserror writes its own.
fn converted(declared: &Declared) -> Vec<&Type> {
    let fields = declared.variants.iter().flat_map(|variant| &variant.fields);
    let ours = fields.filter(|field| field.from.is_some() && !field.has_thiserror_from);
    ours.map(|field| &field.ty).collect()
}

/// Writes `from_received`, if the type has it.
fn decoding(declared: &Declared) -> Option<TokenStream> {
    let Declared { name, library, .. } = declared;
    let (impl_generics, type_generics, own) = declared.generics.split_for_impl();
    declared.decode.map(|_| {
        quote! {
            impl #impl_generics #name #type_generics #own {
                pub fn from_received(
                    _: &#library::__private::ReceivedProblem,
                ) -> #library::__private::Option<Self> {
                    loop {}
                }
            }
        }
    })
}
