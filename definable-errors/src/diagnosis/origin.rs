use crate::problem::{Place, Pointer};

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
pub(crate) enum Token<'t> {
    Key(&'t str),
    Index(usize),
}

impl Origin {
    /// The place that a violation names. Outside of bodies that is a name, without an index.
    pub(crate) fn place(self, path: &[Token<'_>]) -> Place {
        match self {
            Self::Body => Place::Body(pointer(path).into()),
            Self::Form => Place::Form(pointer(path).into()),
            Self::Query => Place::Query(name(path).into()),
            Self::Path => Place::Path(name(path).into()),
            Self::Header => Place::Header(name(path).into()),
        }
    }
}

fn pointer(path: &[Token<'_>]) -> Pointer {
    path.iter().fold(Pointer::root(), |pointer, token| match token {
        Token::Key(key) => pointer.key(key),
        Token::Index(index) => pointer.index(*index),
    })
}

fn name(path: &[Token<'_>]) -> String {
    match path.first() {
        Some(Token::Key(key)) => (*key).to_owned(),
        Some(Token::Index(index)) => index.to_string(),
        None => String::new(),
    }
}
