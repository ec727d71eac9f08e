//! Mends what is left: the mistakes, and impls that do nothing, so that nobody who uses the type
//! reads that it does not implement them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Error;

use crate::model::Declared;

pub(crate) fn error_type(declared: &Declared, mistakes: &Error) -> TokenStream {
    let Declared { name, library, .. } = declared;
    let mistakes = mistakes.to_compile_error();
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
            impl #impl_generics #library::__private::IntoResponse for #name #type_generics #own {
                fn into_response(self) -> #library::__private::Response {
                    loop {}
                }
            }
        };
    }
}
