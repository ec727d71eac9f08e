//! The attributes `#[api(…)]`: their names, their entries, and what an unknown name probably means.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Ident, LitStr, Member, Meta, Path, Token};

use crate::mistakes::Mistakes;
use crate::model::Written;

/// The attributes that are allowed on a type. A test compares these lists with the documentation of
/// the derive.
pub(super) const TYPE: &[&str] = &["prefix", "crate", "declares", "decode", "hint"];
/// The attributes that are allowed on a variant, or on a struct.
pub(super) const VARIANT: &[&str] = &[
    "status",
    "code",
    "title",
    "detail",
    "transparent",
    "retry_after",
    "retryable",
    "header",
    "challenge",
    "level",
    "docs",
    "hint",
    "uri",
    "decode",
];
/// The attributes that are allowed on a field.
pub(super) const FIELD: &[&str] = &["member", "violations", "note", "location", "from"];

/// One of the entries between the commas of `#[api(…)]`.
#[derive(Clone)]
pub(super) struct Entry {
    name: Ident,
    rest: TokenStream,
}

/// Returns all entries of all `#[api(…)]`, each once.
pub(super) fn entries(attrs: &[Attribute], mistakes: &mut Mistakes) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("api")) {
        let Meta::List(list) = &attr.meta else {
            let message = "expected `#[api(…)]`, such as `#[api(status = 404)]`";
            mistakes.add(Error::new_spanned(attr.path(), message));
            continue;
        };
        for entry in cut(list.tokens.clone()) {
            let Some(entry) = mistakes.keep(Entry::parse.parse2(entry)) else {
                continue;
            };
            if entry.is_repeatable() || !entries.iter().any(|other| other.name == entry.name) {
                entries.push(entry);
            } else {
                let message = format!("duplicate attribute `{}`; remove one", entry.name);
                mistakes.at(entry.name.span(), message);
            }
        }
    }
    entries
}

/// Splits at commas, so that one mistake does not hide the next.
fn cut(tokens: TokenStream) -> Vec<TokenStream> {
    let mut entries = vec![TokenStream::new()];
    for token in tokens {
        match (&token, entries.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => {
                entries.push(TokenStream::new());
            }
            (_, Some(last)) => last.extend([token]),
            (_, None) => {}
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

impl Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected the name of an attribute, such as `status`"));
        }
        Ok(Self { name: Ident::parse_any(input)?, rest: input.parse()? })
    }

    pub(super) fn name(&self) -> String {
        self.name.unraw().to_string()
    }

    pub(super) fn span(&self) -> Span {
        self.name.span()
    }

    fn is_repeatable(&self) -> bool {
        self.name == "header"
    }

    /// Whether nothing follows the name.
    pub(super) fn is_bare(&self) -> bool {
        self.rest.is_empty()
    }

    /// Reads `name = value`.
    pub(super) fn value<T>(
        &self,
        expected: &str,
        read: impl Fn(ParseStream<'_>) -> syn::Result<T>,
    ) -> syn::Result<Written<T>> {
        let wrong = |span| Error::new(span, format!("expected `{} = …`, {expected}", self.name));
        let mut rest = self.rest.clone().into_iter();
        let is_assigned =
            matches!(rest.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
        let value: TokenStream = rest.collect();
        let Some(first) = value.clone().into_iter().next().filter(|_| is_assigned) else {
            return Err(wrong(self.span()));
        };
        let span = first.span();
        match read.parse2(value) {
            Ok(value) => Ok(Written { value, span }),
            Err(_) => Err(wrong(span)),
        }
    }

    /// Reads `name = "text"`.
    pub(super) fn text(&self) -> syn::Result<Written<String>> {
        self.value("a text in quotes", |input| {
            input.parse::<LitStr>().map(|literal| literal.value())
        })
    }

    /// Reads `name` alone.
    pub(super) fn flag(&self) -> syn::Result<Span> {
        if self.is_bare() {
            return Ok(self.span());
        }
        let message = format!("expected `{}` alone", self.name);
        Err(Error::new_spanned(&self.rest, message))
    }

    /// Reads `name("text" = field)`.
    pub(super) fn pair(&self) -> syn::Result<(Written<String>, Written<String>)> {
        let wrong = || {
            let expected = format!("expected `{}(\"Name\" = field)`", self.name);
            Error::new_spanned(Both(&self.name, &self.rest), expected)
        };
        pair.parse2(self.rest.clone()).map_err(|_| wrong())
    }

    /// Reads `name(first = …, second = …)`, or returns `None` if no parenthesis follows the name.
    pub(super) fn settings(&self) -> Option<syn::Result<Vec<Self>>> {
        let mut rest = self.rest.clone().into_iter();
        match (rest.next(), rest.next()) {
            (Some(TokenTree::Group(group)), None)
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                let settings = cut(group.stream());
                Some(settings.into_iter().map(|setting| Self::parse.parse2(setting)).collect())
            }
            _ => None,
        }
    }

    /// Reads `name(first, second)`.
    pub(super) fn paths(&self) -> syn::Result<Vec<Path>> {
        match paths.parse2(self.rest.clone()) {
            Ok(paths) if !paths.is_empty() => Ok(paths.into_iter().collect()),
            _ => {
                let expected = format!(
                    "expected `{}(CONFLICT)`, the constants of problem types, separated by commas",
                    self.name
                );
                Err(Error::new_spanned(Both(&self.name, &self.rest), expected))
            }
        }
    }

    /// Makes the mistake for a name that is not one of `known`.
    pub(super) fn unknown(&self, known: &[&str]) -> Error {
        Error::new(self.span(), unknown_name(&self.name(), known))
    }
}

fn pair(input: ParseStream<'_>) -> syn::Result<(Written<String>, Written<String>)> {
    let content;
    syn::parenthesized!(content in input);
    let name: LitStr = content.parse()?;
    content.parse::<Token![=]>()?;
    let field: Member = content.parse()?;
    let (value, span) = (name.value(), name.span());
    Ok((Written { value, span }, member_name(&field)))
}

fn paths(input: ParseStream<'_>) -> syn::Result<Punctuated<Path, Token![,]>> {
    let content;
    syn::parenthesized!(content in input);
    content.parse_terminated(Path::parse_mod_style, Token![,])
}

struct Both<'a>(&'a Ident, &'a TokenStream);

impl ToTokens for Both<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
        self.1.to_tokens(tokens);
    }
}

/// Returns `id` or `0`, with its span.
pub(super) fn member_name(member: &Member) -> Written<String> {
    let value = match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    };
    let span = member.span();
    Written { value, span }
}

/// Makes the message for an unknown name, with a suggestion of what was probably meant.
fn unknown_name(name: &str, known: &[&str]) -> String {
    let places = [("the type", TYPE), ("a variant or a struct", VARIANT), ("a field", FIELD)];
    if let Some((place, _)) = places.iter().find(|(_, names)| names.contains(&name)) {
        return format!("`{name}` belongs on {place}");
    }
    let everywhere = places.iter().flat_map(|(_, names)| names.iter());
    match nearest(name, known.iter().chain(everywhere)) {
        Some(near) => format!("unknown attribute `{name}`, did you mean `{near}`?"),
        None => format!("unknown attribute `{name}`, expected one of: {}", known.join(", ")),
    }
}

/// Returns the first of the nearest names whose distance is at most a third of their length.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::levenshtein(name, known), *known))
        .filter(|(distance, known)| distance * 3 <= known.len().max(6))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_suggested() {
        assert!(unknown_name("statsu", VARIANT).ends_with("did you mean `status`?"));
        assert!(
            unknown_name("colour", FIELD)
                .ends_with("expected one of: member, violations, note, location, from")
        );
        assert_eq!(unknown_name("prefix", VARIANT), "`prefix` belongs on the type");
    }
}
