//! Where in a request an input is, and the places that violations name.

use crate::problem::{Place, Pointer, Violation};

/// The maximum length of a place in bytes. A longer one is cut after the last whole step.
const MAX_BYTES: usize = 512;

/// The part of the request that an input is. Values of JSON have types; all others are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Body,
    Form,
    Query,
    Path,
    Header,
}

/// One step of a path into an input, in the client's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Key(String),
    Index(usize),
}

impl Token {
    /// Returns the maximum length: a byte is at most `%XX`, and an index has at most 20 digits.
    fn max_bytes(&self) -> usize {
        match self {
            Self::Key(key) => 1 + 3 * key.len(),
            Self::Index(_) => 21,
        }
    }
}

impl Origin {
    /// Returns the name of the extractor that reads it.
    pub(crate) const fn extractor(self) -> &'static str {
        match self {
            Self::Body => "Json",
            Self::Form => "Form",
            Self::Query => "Query",
            Self::Path => "Path",
            Self::Header => "Header",
        }
    }

    /// Returns the violation of an input that is not an array.
    pub(crate) fn no_array(self) -> Violation {
        Violation::new(self.place(&[]), "type", "must be an array").with_param("expected", "array")
    }

    /// Returns the violation of a list of more than `max` items.
    pub(crate) fn too_many(self, max: usize) -> Violation {
        Violation::new(self.place(&[]), "length", format!("must have at most {max} items"))
            .with_param("max", max)
    }

    /// Returns the place of a field of the whole input.
    pub(crate) fn place_of(self, field: &'static str) -> Place {
        match self {
            Self::Body => Place::Body(Pointer::root().key(field).into()),
            Self::Form => Place::Form(Pointer::root().key(field).into()),
            Self::Query => Place::Query(field.into()),
            Self::Path => Place::Path(field.into()),
            Self::Header => Place::Header(field.into()),
        }
    }

    /// Returns the place of a name that the client sent.
    #[cfg(feature = "multipart")]
    pub(crate) fn place_named(self, name: &str) -> Place {
        self.place(&[Token::Key(name.to_owned())])
    }

    /// Returns the place that a violation names. Outside of bodies it is a name, without an index.
    pub(crate) fn place(self, path: &[Token]) -> Place {
        match self {
            Self::Body => Place::Body(pointer(path).into()),
            Self::Form => Place::Form(pointer(path).into()),
            Self::Query => Place::Query(name(path).into()),
            Self::Path => Place::Path(name(path).into()),
            Self::Header => Place::Header(name(path).into()),
        }
    }
}

fn pointer(path: &[Token]) -> Pointer {
    if path.iter().map(Token::max_bytes).sum::<usize>() < MAX_BYTES {
        return path.iter().fold(Pointer::root(), |pointer, token| match token {
            Token::Key(key) => pointer.key(key),
            Token::Index(index) => pointer.index(*index),
        });
    }
    let mut pointer = Pointer::root();
    for token in path {
        let next = match token {
            Token::Key(key) if key.len() > MAX_BYTES => break,
            Token::Key(key) => pointer.clone().key(key),
            Token::Index(index) => pointer.clone().index(*index),
        };
        if next.as_str().len() > MAX_BYTES {
            break;
        }
        pointer = next;
    }
    pointer
}

fn name(path: &[Token]) -> String {
    match path.first() {
        Some(Token::Key(key)) if key.len() <= MAX_BYTES => key.clone(),
        Some(Token::Index(index)) => index.to_string(),
        _ => String::new(),
    }
}

/// Returns whether a field of a type is meant by the name of a header field: names are compared
/// without case, and `-` is `_`.
pub(crate) fn is_same_header(field: &str, name: &str) -> bool {
    let same = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || (a == b'_' && b == b'-');
    field.len() == name.len() && field.bytes().zip(name.bytes()).all(same)
}
