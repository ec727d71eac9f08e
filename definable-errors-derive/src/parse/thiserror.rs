//! Reads the attributes of thiserror, which is never required.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, LitStr, Meta, Token};

use super::template;
use crate::model::Display;

/// Whether `#[source]` or `#[from]` is present.
pub(super) fn is_cause(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        matches!(attr.meta, Meta::Path(_))
            && (attr.path().is_ident("source") || attr.path().is_ident("from"))
    })
}

/// Whether thiserror writes a `From` for this field.
pub(super) fn is_from(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| matches!(attr.meta, Meta::Path(_)) && attr.path().is_ident("from"))
}

pub(super) fn has_display(attrs: &[Attribute]) -> bool {
    attrs.iter().any(is_error)
}

pub(super) fn display(attrs: &[Attribute]) -> Display {
    let said = attrs.iter().find(|attr| is_error(attr));
    let read = said.and_then(|attr| match &attr.meta {
        Meta::List(list) => read.parse2(list.tokens.clone()).ok(),
        _ => None,
    });
    read.unwrap_or(Display::Unknown)
}

fn is_error(attr: &Attribute) -> bool {
    attr.path().is_ident("error")
}

fn read(input: ParseStream<'_>) -> syn::Result<Display> {
    if !input.peek(LitStr) {
        let word: Ident = input.parse()?;
        input.parse::<TokenStream>()?;
        let is_transparent = (word == "transparent").then(|| word.span());
        return Ok(is_transparent.map_or(Display::Unknown, Display::Transparent));
    }
    let literal: LitStr = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    let arguments: TokenStream = input.parse()?;
    let Some(template) = template::cut(&literal.value()) else {
        return Ok(Display::Unknown);
    };
    let (mut defined, mut mentioned) = (Vec::new(), Vec::new());
    names(arguments, &mut defined, &mut mentioned);
    Ok(Display::Format { template, defined, mentioned, span: literal.span() })
}

/// Collects the names that the arguments define (`name = …`), and those that they mention. A
/// position is mentioned as `.0` or `_0`.
fn names(tokens: TokenStream, defined: &mut Vec<String>, mentioned: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_after_dot = false;
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Ident(name) => {
                let name = name.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name);
                if tokens.peek().is_some_and(is_assignment) {
                    defined.push(name.to_owned());
                } else {
                    mentioned.push(position(name).unwrap_or(name).to_owned());
                }
            }
            TokenTree::Literal(literal) if is_after_dot => {
                let text = literal.to_string();
                let first = text.split('.').next().unwrap_or_default();
                mentioned.push(first.to_owned());
            }
            TokenTree::Group(group) => {
                let mut inner = Vec::new();
                names(group.stream(), &mut inner, mentioned);
                mentioned.append(&mut inner);
            }
            TokenTree::Literal(_) | TokenTree::Punct(_) => {}
        }
        is_after_dot = is_punct(&token, '.');
    }
}

fn position(name: &str) -> Option<&str> {
    let digits = name.strip_prefix('_')?;
    digits.parse::<u32>().ok().map(|_| digits)
}

fn is_assignment(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct)
        if punct.as_char() == '=' && punct.spacing() == proc_macro2::Spacing::Alone)
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
