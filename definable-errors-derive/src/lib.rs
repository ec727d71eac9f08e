//! The derive of `definable-errors`. Its attributes are described in the documentation of that
//! crate, where the examples compile.
//!
//! It has four steps: `parse` reads tokens into a model, `check` validates it, `expand` writes the
//! code, and `fallback` writes what is left if there were mistakes.

mod check;
mod expand;
mod fallback;
mod mistakes;
mod model;
mod parse;

use proc_macro::TokenStream;

/// Derives `ProblemTypes`, `IntoApiError` and axum's `IntoResponse`.
#[proc_macro_derive(ApiError, attributes(api))]
pub fn derive_api_error(input: TokenStream) -> TokenStream {
    derive(input.into()).into()
}

fn derive(input: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    let mut mistakes = mistakes::Mistakes::default();
    let declared = match parse::error_type(input, &mut mistakes) {
        Ok(declared) => declared,
        Err(error) => return error.into_compile_error(),
    };
    let checked = check::error_type(&declared, &mut mistakes);
    match mistakes.into_error() {
        None => expand::error_type(&checked),
        Some(error) => fallback::error_type(&declared, &error),
    }
}
