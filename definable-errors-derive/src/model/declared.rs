use proc_macro2::Span;
use syn::{Generics, Ident, Member, Path, Type};

use super::{Template, Written};

/// An error type as it was written.
pub(crate) struct Declared {
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) shape: Shape,
    /// Where the library is.
    pub(crate) library: Path,
    pub(crate) prefix: Option<Written<String>>,
    /// Problem types that no variant has.
    pub(crate) declares: Vec<Path>,
    pub(crate) variants: Vec<DeclaredVariant>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Enum,
    /// Its only variant is itself.
    Struct,
    Union,
}

pub(crate) struct DeclaredVariant {
    pub(crate) name: Ident,
    pub(crate) documentation: String,
    pub(crate) settings: Settings,
    pub(crate) fields: Vec<Field>,
    /// What thiserror was told.
    pub(crate) display: Display,
    /// Something here could not be read: what seems missing may be there.
    pub(crate) is_broken: bool,
}

/// What `#[api(…)]` says of a variant.
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
    /// All names, as they came.
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
    pub(crate) note: Option<Span>,
    /// Where the error was made: private.
    pub(crate) location: Option<Span>,
    /// The derive writes the `From` of this field.
    pub(crate) from: Option<Span>,
    /// thiserror writes the `From` of this field.
    pub(crate) has_thiserror_from: bool,
    /// The private cause, as thiserror knows it: marked, or named `source`.
    pub(crate) is_cause: bool,
    /// A cause, or of a type that is called like one.
    pub(crate) is_source: bool,
}

impl Field {
    /// What the field is, if no text for clients may show it.
    pub(crate) fn secret(&self) -> Option<&'static str> {
        if self.location.is_some() {
            return Some("location");
        }
        self.is_source.then_some("cause")
    }
}

/// What `#[error(…)]` says.
#[derive(Clone)]
pub(crate) enum Display {
    /// Nothing that can be read here: written by hand, or `fmt = path`.
    Unknown,
    /// The text of the inner error.
    Transparent(Span),
    Format {
        template: Template,
        /// Names that arguments define; they hide fields.
        defined: Vec<String>,
        /// Names that arguments mention.
        mentioned: Vec<String>,
        span: Span,
    },
}
