//! The declarations of public members.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Path};

use super::bounds;
use crate::model::{Checked, Field, JsonType, Member};

/// Writes the declaration of a member: its name and its JSON type.
pub(super) fn declared(member: &Member<'_>, field: &Field, checked: &Checked<'_>) -> TokenStream {
    let library = checked.library;
    let json_type = match &member.json_type {
        Some(json_type) => written(json_type, library),
        None => of_type(field, checked),
    };
    let name = member.name;
    quote!(#library::__private::declared_member(#name, #json_type))
}

fn written(json_type: &JsonType, library: &Path) -> TokenStream {
    match json_type {
        JsonType::Plain(name) => {
            let name = quote::format_ident!("{name}");
            quote!(#library::__private::JsonType::#name)
        }
        JsonType::Format(format) => quote!(#library::__private::JsonType::Format(#format)),
        JsonType::Array(item) => {
            let item = written(item, library);
            quote!(#library::__private::JsonType::Array(&#item))
        }
        JsonType::Nullable(value) => {
            let value = written(value, library);
            quote!(#library::__private::JsonType::Nullable(&#value))
        }
    }
}

/// Asks the field's type. All instances of a generic type share their problem types, so a type with
/// a parameter can be anything.
fn of_type(field: &Field, checked: &Checked<'_>) -> TokenStream {
    let (library, generics) = (checked.library, checked.generics);
    let ty = field.ty.to_token_stream();
    if bounds::mentions(ty.clone(), &parameters(generics)) {
        return quote!(#library::__private::JsonType::Any);
    }
    let ty = with_static_lifetimes(ty, &lifetimes(generics));
    quote_spanned!(field.ty.span()=> <#ty as #library::__private::MemberType>::TYPE)
}

/// Returns the names that a static cannot mention.
fn parameters(generics: &Generics) -> Vec<String> {
    let params = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(param.ident.to_string()),
        GenericParam::Const(param) => Some(param.ident.to_string()),
        GenericParam::Lifetime(_) => None,
    });
    params.chain([String::from("Self")]).collect()
}

fn lifetimes(generics: &Generics) -> Vec<&Ident> {
    generics.lifetimes().map(|param| &param.lifetime.ident).collect()
}

/// Replaces the lifetimes of the type's own parameters by `'static`.
fn with_static_lifetimes(ty: TokenStream, lifetimes: &[&Ident]) -> TokenStream {
    let mut is_lifetime = false;
    let replaced = ty.into_iter().map(|token| {
        let was_quote = is_lifetime;
        is_lifetime = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        match token {
            TokenTree::Ident(name) if was_quote && lifetimes.contains(&&name) => {
                TokenTree::Ident(Ident::new("static", name.span()))
            }
            TokenTree::Group(group) => {
                let inner = with_static_lifetimes(group.stream(), lifetimes);
                let mut outer = Group::new(group.delimiter(), inner);
                outer.set_span(group.span());
                TokenTree::Group(outer)
            }
            other => other,
        }
    });
    replaced.collect()
}
