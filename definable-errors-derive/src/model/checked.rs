//! What `check` returns and `expand` reads: an error type in which everything is resolved.

use proc_macro2::Span;
use syn::{Generics, Ident, Path};

use super::Field;

/// An error type without mistakes.
pub(crate) struct Checked<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) library: &'a Path,
    pub(crate) declares: &'a [Path],
    /// Whether received problems are decoded into the type.
    pub(crate) is_decoded: bool,
    pub(crate) variants: Vec<CheckedVariant<'a>>,
}

pub(crate) struct CheckedVariant<'a> {
    /// `None` for a struct.
    pub(crate) name: Option<&'a Ident>,
    pub(crate) fields: &'a [Field],
    /// Whether received problems are decoded into this variant.
    pub(crate) is_decoded: bool,
    pub(crate) outcome: Outcome<'a>,
}

pub(crate) enum Outcome<'a> {
    /// The only field is converted in place of the variant.
    Forward,
    Answer(Box<Answer<'a>>),
}

/// The public half of a variant. Fields are given by their position.
pub(crate) struct Answer<'a> {
    pub(crate) code: String,
    /// A 5xx without a `code` of its own: clients see the built-in type of its status, and the code
    /// is for operators only.
    pub(crate) is_internal: bool,
    pub(crate) status: u16,
    /// `None` for the title of the status's own problem type.
    pub(crate) title: Option<String>,
    pub(crate) detail: Detail,
    pub(crate) detail_source: DetailSource,
    pub(crate) documentation: &'a str,
    pub(crate) level: Option<&'static str>,
    pub(crate) is_retryable: Option<bool>,
    pub(crate) wait: Wait,
    pub(crate) challenge: Option<&'a str>,
    pub(crate) uri: Option<&'a str>,
    pub(crate) hint: Option<&'a str>,
    pub(crate) members: Vec<Member<'a>>,
    /// The field that contains the violations.
    pub(crate) violations: Option<usize>,
    pub(crate) headers: Vec<(String, usize)>,
    /// Whether the derived error becomes the source.
    pub(crate) is_kept: bool,
}

/// A field that is a public member.
pub(crate) struct Member<'a> {
    pub(crate) field: usize,
    pub(crate) name: &'a str,
    /// `None` for that of the field's type.
    pub(crate) json_type: Option<JsonType>,
}

/// A JSON type that was written at a field.
pub(crate) enum JsonType {
    /// The name of a variant or a constant of the library's `JsonType`.
    Plain(&'static str),
    /// A string in a format.
    Format(&'static str),
    Array(Box<JsonType>),
    Nullable(Box<JsonType>),
}

pub(crate) enum Detail {
    /// The detail of the problem type.
    OfType,
    Constant(String),
    /// The text of the error itself.
    Display,
    Filled(Vec<Fill>, Span),
}

/// Which values a detail contains.
pub(crate) enum DetailSource {
    /// None: it is constant.
    Constant,
    /// Public ones alone.
    Members,
    /// Also those with these names, which are not public.
    Fields(Vec<String>),
    /// It is not known.
    Display,
}

pub(crate) enum Fill {
    Text(String),
    Field { at: usize, spec: String },
}

pub(crate) enum Wait {
    None,
    /// The wait of the status's own problem type.
    Usual,
    Seconds(u32),
    Field(usize),
}
