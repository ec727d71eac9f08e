use super::fault::Fault;
use crate::problem::{Place, Pointer, Violation};

/// The maximum length of a place in bytes. A longer one is cut after the last whole step.
const MAX_BYTES: usize = 512;

/// Which part of the request an input is. JSON says what type a value has; everything else is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Body,
    Form,
    Query,
    Path,
    Header,
}

/// One step down into an input, in the client's names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Key(String),
    Index(usize),
}

impl Token {
    /// A byte is `%XX` at most, an index has 20 digits.
    fn most_bytes(&self) -> usize {
        match self {
            Self::Key(key) => 1 + 3 * key.len(),
            Self::Index(_) => 21,
        }
    }
}

impl Origin {
    /// The name of the extractor that reads it.
    pub(crate) const fn extractor(self) -> &'static str {
        match self {
            Self::Body => "Json",
            Self::Form => "Form",
            Self::Query => "Query",
            Self::Path => "Path",
            Self::Header => "Header",
        }
    }

    /// The whole is no array.
    pub(crate) fn no_array(self) -> Violation {
        Fault::Type("array").at(self.place(&[]))
    }

    /// A list of more than so many items.
    pub(crate) fn too_many(self, max: usize) -> Violation {
        Violation::new(self.place(&[]), "length", format!("must have at most {max} items"))
            .with_param("max", max)
    }

    /// The place of a field of the whole.
    pub(super) fn place_of(self, field: &'static str) -> Place {
        match self {
            Self::Body => Place::Body(Pointer::root().key(field).into()),
            Self::Form => Place::Form(Pointer::root().key(field).into()),
            Self::Query => Place::Query(field.into()),
            Self::Path => Place::Path(field.into()),
            Self::Header => Place::Header(field.into()),
        }
    }

    /// The place of that name, as a client gave it.
    #[cfg(feature = "multipart")]
    pub(crate) fn place_named(self, name: &str) -> Place {
        self.place(&[Token::Key(name.to_owned())])
    }

    /// The place that a violation names. Outside of bodies that is a name, without an index.
    pub(super) fn place(self, path: &[Token]) -> Place {
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
    if path.iter().map(Token::most_bytes).sum::<usize>() < MAX_BYTES {
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
