//! The function that decodes a received problem into the error type.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use super::bounds;
use crate::model::{Answer, Checked, CheckedVariant, Field, Outcome, Wait};

/// Writes `from_received`, if the type has it.
pub(super) fn from_received(checked: &Checked<'_>) -> TokenStream {
    if !checked.is_decoded {
        return TokenStream::new();
    }
    let Checked { name, library, .. } = checked;
    let problem = problem();
    let decoded = checked.variants.iter().filter(|variant| variant.is_decoded);
    let (mut arms, mut forwarded) = (Vec::new(), Vec::new());
    for variant in decoded {
        match &variant.outcome {
            Outcome::Answer(answer) => arms.push(arm(answer, variant, library)),
            Outcome::Forward => forwarded.push(forward(variant, library)),
        }
    }
    let bounds = bounds::of_decoding(checked);
    let (impl_generics, type_generics, _) = checked.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        #[allow(dead_code, unreachable_pub, clippy::default_trait_access)]
        impl #impl_generics #name #type_generics #bounds {
            /// Decodes a problem that another service answered with, as the variant with its code and
            /// status. Returns `None` if there is none, or if a member is missing or of another type.
            #[must_use]
            #[track_caller]
            pub fn from_received(
                #problem: &#library::__private::ReceivedProblem,
            ) -> #library::__private::Option<Self> {
                #(#forwarded)*
                match (#problem.code()?, #problem.status()?) {
                    #(#arms)*
                    _ => #library::__private::Option::None,
                }
            }
        }
    }
}

/// Returns the name of the argument, which clashes with none of the user's.
fn problem() -> Ident {
    Ident::new("__problem", Span::mixed_site())
}

fn arm(answer: &Answer<'_>, variant: &CheckedVariant<'_>, library: &Path) -> TokenStream {
    let (code, status) = (&answer.code, Literal::u16_unsuffixed(answer.status));
    let path = path(variant);
    let fields = variant.fields.iter().enumerate().map(|(at, field)| {
        let (member, value) = (&field.member, value(at, field, answer, library));
        quote!(#member: #value)
    });
    quote! {
        (#code, #status) => #library::__private::Option::Some(#path { #(#fields),* }),
    }
}

/// Returns an expression for a field: what was sent, or the default.
fn value(at: usize, field: &Field, answer: &Answer<'_>, library: &Path) -> TokenStream {
    let (problem, ty) = (problem(), &field.ty);
    let span = Span::mixed_site().located_at(field.span);
    if let Some(name) = &field.public {
        let name = &name.value;
        return quote_spanned!(span=> #library::__private::received_member::<#ty>(#problem, #name)?);
    }
    if field.location.is_some() {
        return quote!(#library::__private::SourceLocation::caller());
    }
    if matches!(answer.wait, Wait::Field(wait) if wait == at) {
        return quote!(#problem.retry_after()?);
    }
    quote_spanned!(span=> <#ty as #library::__private::Default>::default())
}

fn forward(variant: &CheckedVariant<'_>, library: &Path) -> TokenStream {
    let (problem, field, path) = (problem(), &variant.fields[0], path(variant));
    let (member, ty) = (&field.member, &field.ty);
    let span = Span::mixed_site().located_at(field.span);
    let inner = quote_spanned!(span=> <#ty>::from_received(#problem));
    quote! {
        if let #library::__private::Option::Some(__inner) = #inner {
            return #library::__private::Option::Some(#path { #member: __inner });
        }
    }
}

fn path(variant: &CheckedVariant<'_>) -> TokenStream {
    let name = variant.name.map(|name| quote!(::#name));
    quote!(Self #name)
}
