//! The detail that a client may read: either explicit, or free of private causes and locations.

use crate::mistakes::Mistakes;
use crate::model::{DeclaredVariant, Detail, Display, Field, Fill, Hole, Piece, Template, Written};

pub(super) fn check(
    variant: &DeclaredVariant,
    status: Option<u16>,
    mistakes: &mut Mistakes,
) -> Detail {
    match (&variant.settings.detail, status) {
        (Some(detail), _) => chosen(detail, &variant.fields, mistakes),
        (None, Some(400..500)) if !variant.is_broken => inherited(variant, mistakes),
        _ => Detail::OfType,
    }
}

fn chosen(detail: &Written<Template>, fields: &[Field], mistakes: &mut Mistakes) -> Detail {
    if let Some(text) = detail.value.constant() {
        return Detail::Constant(text);
    }
    let mut fills = Vec::new();
    for piece in &detail.value.0 {
        match piece {
            Piece::Text(text) => fills.push(Fill::Text(text.clone())),
            Piece::Hole(hole) => match filled(hole, fields) {
                Ok(fill) => fills.push(fill),
                Err(message) => mistakes.at(detail.span, message),
            },
        }
    }
    Detail::Filled(fills, detail.span)
}

fn filled(hole: &Hole, fields: &[Field]) -> Result<Fill, String> {
    let Hole { name, spec } = hole;
    if name.is_empty() {
        return Err("expected the name of a field in the braces, such as `{id}` or `{0}`".into());
    }
    if spec.contains('$') {
        return Err(format!("expected a number as the width or precision of `{name}`"));
    }
    let Some(at) = fields.iter().position(|field| field.name == *name) else {
        return Err(format!("no field `{name}` here, {}", those(fields)));
    };
    match fields[at].secret() {
        Some("location") => {
            Err(format!("`{name}` is a location, which is private; remove it, it is logged anyway"))
        }
        Some(_) => Err(format!(
            "`{name}` is a private cause; describe in plain words what the client should know"
        )),
        None => Ok(Fill::Field { at, spec: spec.clone() }),
    }
}

pub(super) fn those(fields: &[Field]) -> String {
    let names: Vec<_> = fields.iter().map(|field| &*field.name).collect();
    if names.is_empty() {
        return "there is none".to_owned();
    }
    format!("expected one of: {}", names.join(", "))
}

/// Uses the `Display`, if nothing in it comes from a source or is a location.
fn inherited(variant: &DeclaredVariant, mistakes: &mut Mistakes) -> Detail {
    let mut sources = variant.fields.iter().filter_map(|field| Some((field, field.secret()?)));
    match &variant.display {
        Display::Transparent(span) => mistakes.at(
            *span,
            "the text of the inner error would reach the client, write \
             `#[api(detail = \"…\")]`, or `#[api(transparent)]` if it derives `ApiError`",
        ),
        Display::Unknown => {
            if let Some((source, secret)) = sources.next() {
                mistakes.at(source.span, unread(secret, &source.name));
            }
        }
        Display::Format { template, span, .. } => {
            let shown = sources.find(|(field, _)| is_shown(field, &variant.display));
            if let Some((source, secret)) = shown {
                mistakes.at(*span, leaked(secret, &source.name));
            }
            if let Some(text) = template.constant() {
                return Detail::Constant(text);
            }
        }
    }
    Detail::Display
}

/// Whether the text shows the field, by its name or through `self`.
fn is_shown(field: &Field, display: &Display) -> bool {
    let Display::Format { template, defined, mentioned, .. } = display else {
        return true;
    };
    let says = |name: &str| name == field.name || name == "self";
    let mut holes = template.holes().map(|hole| &hole.name);
    holes.any(|name| says(name) && !defined.contains(name))
        || mentioned.iter().any(|name| says(name))
}

fn leaked(secret: &str, name: &str) -> String {
    format!(
        "this text says the private {secret} `{name}`, and a 4xx sends it to the client, write \
         `#[api(detail = \"…\")]`"
    )
}

fn unread(secret: &str, name: &str) -> String {
    format!(
        "a 4xx sends its `Display` to the client, and it may say the private {secret} `{name}`, \
         write `#[api(detail = \"…\")]`"
    )
}
