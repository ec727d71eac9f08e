//! Parsing of tokens into the model, without checks.

mod attr;
mod doc;
mod field;
mod settings;
mod template;
mod thiserror;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Path, parse_quote};

use self::attr::Entry;
use crate::mistakes::Mistakes;
use crate::model::{Declared, DeclaredVariant, Display, Shape, Written};

/// Reads the type with the derive.
pub(crate) fn error_type(input: TokenStream, mistakes: &mut Mistakes) -> syn::Result<Declared> {
    let input: DeriveInput = syn::parse2(input)?;
    let mut declared = Declared {
        name: input.ident,
        generics: input.generics,
        shape: Shape::Enum,
        library: parse_quote!(::definable_errors),
        prefix: None,
        declares: Vec::new(),
        decode: None,
        hint: None,
        variants: Vec::new(),
    };
    let entries = attr::entries(&input.attrs, mistakes);
    let display = thiserror::display(&input.attrs);
    match input.data {
        Data::Enum(data) => {
            of_enum(&mut declared, &entries, mistakes);
            let variants = data.variants.iter();
            declared.variants =
                variants.map(|found| variant(found, &display, &declared, mistakes)).collect();
        }
        Data::Struct(data) => {
            declared.shape = Shape::Struct;
            let rest = of_type(&mut declared, entries, mistakes);
            let (attrs, name) = (&input.attrs, declared.name.clone());
            let read = answer(attrs, &name, &rest, &data.fields, &declared, mistakes);
            declared.variants.push(read);
        }
        Data::Union(_) => declared.shape = Shape::Union,
    }
    Ok(declared)
}

fn of_enum(declared: &mut Declared, entries: &[Entry], mistakes: &mut Mistakes) {
    for entry in of_type(declared, entries.to_vec(), mistakes) {
        mistakes.add(entry.unknown(attr::TYPE));
    }
}

/// Consumes the entries about the whole type, and returns the rest.
fn of_type(declared: &mut Declared, entries: Vec<Entry>, mistakes: &mut Mistakes) -> Vec<Entry> {
    let mut rest = Vec::new();
    for entry in entries {
        match &*entry.name() {
            "prefix" => declared.prefix = mistakes.keep(entry.text()),
            "crate" => {
                let library = entry.value("the path of the library", Path::parse_mod_style);
                if let Some(Written { value, .. }) = mistakes.keep(library) {
                    declared.library = value;
                }
            }
            "decode" => declared.decode = mistakes.keep(decode(&entry)),
            // The hint of a struct is that of its only variant.
            "hint" if declared.shape == Shape::Enum => {
                declared.hint = mistakes.keep(entry.text());
            }
            "declares" => declared.declares = mistakes.keep(entry.paths()).unwrap_or_default(),
            _ => rest.push(entry),
        }
    }
    rest
}

/// Reads `decode`, which is a flag of the type.
fn decode(entry: &Entry) -> syn::Result<Span> {
    entry.flag().map_err(|_| {
        let message = "expected `decode` alone; `decode = false` belongs on a variant of an enum";
        syn::Error::new(entry.span(), message)
    })
}

fn variant(
    variant: &syn::Variant,
    inherited: &Display,
    declared: &Declared,
    mistakes: &mut Mistakes,
) -> DeclaredVariant {
    let (attrs, name) = (&variant.attrs, &variant.ident);
    let entries = attr::entries(attrs, mistakes);
    let mut read = answer(attrs, name, &entries, &variant.fields, declared, mistakes);
    if !thiserror::has_display(attrs) {
        read.display = inherited.clone();
    }
    read
}

/// Reads the attributes of one failure: a variant, or a struct.
fn answer(
    attrs: &[Attribute],
    name: &Ident,
    entries: &[Entry],
    fields: &Fields,
    declared: &Declared,
    mistakes: &mut Mistakes,
) -> DeclaredVariant {
    let (settings, is_broken) = settings::read(entries, mistakes);
    DeclaredVariant {
        name: name.clone(),
        documentation: doc::first_paragraph(attrs),
        settings,
        fields: field::all(fields, &declared.generics, mistakes),
        display: thiserror::display(attrs),
        is_broken,
    }
}
