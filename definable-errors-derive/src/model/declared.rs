//! What `parse` returns and `check` reads: an error type as it was written, with the spans of its
//! settings.

use proc_macro2::Span;
use syn::{Generics, Ident, Member, Path, Type};

use super::{Template, Written};

/// An error type as it was written.
pub(crate) struct Declared {
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) shape: Shape,
    /// The path of the library.
    pub(crate) library: Path,
    pub(crate) prefix: Option<Written<String>>,
    /// Problem types that no variant has.
    pub(crate) declares: Vec<Path>,
    /// Set if received problems are decoded into the type.
    pub(crate) decode: Option<Span>,
    /// The hint of each variant of an enum that has none of its own.
    pub(crate) hint: Option<Written<String>>,
    pub(crate) variants: Vec<DeclaredVariant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Enum,
    /// A struct: its only variant is the type itself.
    Struct,
    Union,
}

pub(crate) struct DeclaredVariant {
    pub(crate) name: Ident,
    pub(crate) documentation: String,
    pub(crate) settings: Settings,
    pub(crate) fields: Vec<Field>,
    /// The attributes of thiserror.
    pub(crate) display: Display,
    /// Whether something could not be read: what seems missing may be present.
    pub(crate) is_broken: bool,
}

/// The contents of `#[api(…)]` on a variant.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) status: Option<Written<Status>>,
    pub(crate) code: Option<Written<String>>,
    pub(crate) title: Option<Written<String>>,
    pub(crate) detail: Option<Written<Template>>,
    pub(crate) transparent: Option<Span>,
    pub(crate) retry_after: Option<Written<RetryAfter>>,
    pub(crate) retryable: Option<bool>,
    pub(crate) headers: Vec<Header>,
    pub(crate) challenge: Option<Written<String>>,
    pub(crate) level: Option<Written<String>>,
    /// The documentation, in place of the doc comment.
    pub(crate) docs: Option<Written<String>>,
    /// What may help a developer who sees the error.
    pub(crate) hint: Option<Written<String>>,
    /// The URI of a problem type that is registered or shared.
    pub(crate) uri: Option<Written<String>>,
    /// Set if received problems are not decoded into this variant.
    pub(crate) not_decoded: Option<Span>,
    /// All names, in their order.
    pub(crate) names: Vec<Written<String>>,
}

pub(crate) enum Status {
    Number(u16),
    /// A constant of `ErrorStatus`.
    Name(String),
}

pub(crate) enum RetryAfter {
    Seconds(u32),
    Field(String),
}

pub(crate) struct Header {
    pub(crate) name: Written<String>,
    pub(crate) field: Written<String>,
}

pub(crate) struct Field {
    pub(crate) member: Member,
    /// The name, or the position: `id` or `0`.
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) span: Span,
    /// The name of the public member.
    pub(crate) public: Option<Written<String>>,
    /// The JSON type of the public member, if it is not that of the field's type.
    pub(crate) json_type: Option<Written<String>>,
    /// Set if the field contains the violations of the problem.
    pub(crate) violations: Option<Span>,
    pub(crate) note: Option<Span>,
    /// The location of the error, which is private.
    pub(crate) location: Option<Span>,
    /// Set if the derive writes the `From` of this field.
    pub(crate) from: Option<Span>,
    /// Whether thiserror writes the `From` of this field.
    pub(crate) has_thiserror_from: bool,
    /// Whether it is the private cause, as thiserror defines it: marked, or named `source`.
    pub(crate) is_cause: bool,
    /// Whether it is a cause, or has a type that is named like one.
    pub(crate) is_source: bool,
}

impl Field {
    /// Returns what the field is, if no text for clients may show it.
    pub(crate) fn secret(&self) -> Option<&'static str> {
        if self.location.is_some() {
            return Some("location");
        }
        self.is_source.then_some("cause")
    }
}

/// The contents of `#[error(…)]`.
#[derive(Clone)]
pub(crate) enum Display {
    /// A `Display` that cannot be read here: written by hand, or `fmt = path`.
    Unknown,
    /// The text of the inner error.
    Transparent(Span),
    Format {
        template: Template,
        /// Names that arguments define; they shadow fields.
        defined: Vec<String>,
        /// Names that arguments mention.
        mentioned: Vec<String>,
        span: Span,
    },
}
