//! Reads the fields of a variant, their attributes, and whether their types are those of errors.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Error, Fields, GenericParam, Generics, Member, WherePredicate};

use super::attr::{self, Entry, FIELD};
use super::thiserror;
use crate::mistakes::Mistakes;
use crate::model::{Field, Written};

pub(super) fn all(fields: &Fields, generics: &Generics, mistakes: &mut Mistakes) -> Vec<Field> {
    let errors = error_parameters(generics);
    let members = fields.members();
    members.zip(fields).map(|(member, field)| read(member, field, &errors, mistakes)).collect()
}

fn read(member: Member, field: &syn::Field, errors: &[String], mistakes: &mut Mistakes) -> Field {
    let name = attr::member_name(&member).value;
    let is_cause = name == "source" || thiserror::is_cause(&field.attrs);
    let is_source = is_cause || mentions_error(field.ty.to_token_stream(), errors);
    let span = match &field.ident {
        Some(name) => name.span(),
        None => field.ty.span(),
    };
    let mut read = Field {
        member,
        name,
        ty: field.ty.clone(),
        span,
        public: None,
        json_type: None,
        violations: None,
        note: None,
        location: None,
        from: None,
        has_thiserror_from: thiserror::is_from(&field.attrs),
        is_cause,
        is_source,
    };
    for entry in attr::entries(&field.attrs, mistakes) {
        let set = set(&mut read, &entry);
        mistakes.keep(set);
    }
    // The field that is converted is the cause, whether it is marked as one for thiserror or not.
    read.is_cause |= read.from.is_some();
    read.is_source |= read.from.is_some();
    read
}

fn set(field: &mut Field, entry: &Entry) -> syn::Result<()> {
    match &*entry.name() {
        "member" => member(field, entry)?,
        "violations" => field.violations = Some(entry.flag()?),
        "note" => field.note = Some(entry.flag()?),
        "location" => field.location = Some(entry.flag()?),
        "from" => field.from = Some(entry.flag()?),
        _ => return Err(entry.unknown(FIELD)),
    }
    Ok(())
}

/// Reads `member`, `member = "name"` or `member(name = "…", type = "…")`.
fn member(field: &mut Field, entry: &Entry) -> syn::Result<()> {
    let (value, span) = (field.name.clone(), entry.span());
    let own = Written { value, span };
    let Some(settings) = entry.settings() else {
        field.public = Some(if entry.is_bare() { own } else { entry.text()? });
        return Ok(());
    };
    let settings = settings?;
    if settings.is_empty() {
        return Err(Error::new(entry.span(), format!("expected {MEMBER} in the parentheses")));
    }
    let (mut name, mut json_type) = (None, None);
    for setting in settings {
        let place = match &*setting.name() {
            "name" => &mut name,
            "type" => &mut json_type,
            other => {
                let message = format!("unknown setting `{other}` of a member, expected {MEMBER}");
                return Err(Error::new(setting.span(), message));
            }
        };
        if place.replace(setting.text()?).is_some() {
            let message = format!("duplicate setting `{}`; remove one", setting.name());
            return Err(Error::new(setting.span(), message));
        }
    }
    field.public = Some(name.unwrap_or(own));
    field.json_type = json_type;
    Ok(())
}

const MEMBER: &str = "`name = \"…\"` or `type = \"…\"`";

/// Returns the type parameters that are bound by an error trait.
fn error_parameters(generics: &Generics) -> Vec<String> {
    let inline = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => {
            Some((param.ident.to_token_stream(), param.bounds.to_token_stream()))
        }
        _ => None,
    });
    let predicates = generics.where_clause.iter().flat_map(|all| &all.predicates);
    let later = predicates.filter_map(|predicate| match predicate {
        WherePredicate::Type(bound) => {
            Some((bound.bounded_ty.to_token_stream(), bound.bounds.to_token_stream()))
        }
        _ => None,
    });
    inline
        .chain(later)
        .filter(|(_, bounds)| mentions_error(bounds.clone(), &[]))
        .map(|(name, _)| name.to_string())
        .collect()
}

/// Whether a name in the type is that of an error, at any depth: `Box<dyn Error>` is one too.
fn mentions_error(ty: TokenStream, errors: &[String]) -> bool {
    ty.into_iter().any(|token| match token {
        TokenTree::Ident(name) => {
            let name = name.to_string();
            is_called_like_an_error(&name) || errors.contains(&name)
        }
        TokenTree::Group(group) => mentions_error(group.stream(), errors),
        _ => false,
    })
}

/// Whether a name is that of an error in the crates that services use: `ParseIntError`,
/// `ValidationErrors`, `JsonRejection`, and the `Report` of eyre, miette and garde.
fn is_called_like_an_error(name: &str) -> bool {
    name == "Report" || ["Error", "Errors", "Rejection"].iter().any(|end| name.ends_with(end))
}
