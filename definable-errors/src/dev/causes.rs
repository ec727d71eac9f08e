//! The causes of an error, with their types as far as they are known.

use std::error::Error;

use super::texts::shown;
use crate::error::ApiError;

/// One cause of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    /// `None` for a type that is not among the known ones: an error behind `dyn Error` has no name.
    pub(super) type_name: Option<&'static str>,
    pub(super) text: String,
}

impl Cause {
    /// Returns the same with its text redacted.
    pub(super) fn shown(&self) -> Self {
        Self { text: shown(&self.text), ..self.clone() }
    }

    /// Returns the type, if it is known, and the text.
    pub(super) fn sentence(&self) -> String {
        match self.type_name {
            Some(name) => format!("{name}: {}", self.text),
            None => self.text.clone(),
        }
    }
}

/// Returns the chain below the source. A cause with the same text as the error that wraps it is left
/// out; the wrapper has its type, if its own is not known.
pub(super) fn causes(error: &ApiError, message: &str) -> Vec<Cause> {
    let mut causes: Vec<Cause> = Vec::new();
    let mut last = message.to_owned();
    let mut converted = inner_type(error.chain().next());
    for cause in error.chain().skip(1) {
        let type_name = type_name(cause).or(converted);
        converted = inner_type(Some(cause));
        let text = cause.to_string();
        if text != last {
            causes.push(Cause { type_name, text: text.clone() });
            last = text;
        } else if let Some(wrapper) = causes.last_mut() {
            wrapper.type_name = wrapper.type_name.or(type_name);
        }
    }
    causes
}

/// Returns the type that an [`ApiError`] in the chain was converted from.
fn inner_type(cause: Option<&(dyn Error + 'static)>) -> Option<&'static str> {
    cause?.downcast_ref::<ApiError>()?.source_type()
}

macro_rules! known {
    ($cause:ident: $($(#[$cfg:meta])* $type:ty),* $(,)?) => {
        $(
            $(#[$cfg])*
            if $cause.is::<$type>() {
                return Some(stringify!($type));
            }
        )*
    };
}

/// Returns the name of a type that is known: of the standard library, and of crates that this library
/// uses.
fn type_name(cause: &(dyn Error + 'static)) -> Option<&'static str> {
    if cause.is::<ApiError>() {
        return Some("definable_errors::ApiError");
    }
    known!(cause:
        std::io::Error,
        std::num::ParseIntError,
        std::num::ParseFloatError,
        std::num::TryFromIntError,
        std::str::ParseBoolError,
        std::str::Utf8Error,
        std::string::FromUtf8Error,
        std::char::ParseCharError,
        std::net::AddrParseError,
        std::env::VarError,
        std::fmt::Error,
        std::time::SystemTimeError,
        axum::Error,
        http::Error,
        serde_json::Error,
        uuid::Error,
        #[cfg(feature = "sqlx")]
        sqlx::Error,
        #[cfg(any(feature = "jwks", feature = "oauth", feature = "upstream"))]
        reqwest::Error,
        #[cfg(feature = "jwt")]
        jsonwebtoken::errors::Error,
        #[cfg(feature = "redis")]
        redis::RedisError,
        #[cfg(feature = "serve")]
        hyper::Error,
    );
    None
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;
    use crate::error::ResultExt;

    #[derive(Debug)]
    struct Outer<E>(E);

    impl<E> fmt::Display for Outer<E> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }

    impl<E: Error + 'static> Error for Outer<E> {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    /// A wrapper with the text of the error that it wraps.
    #[derive(Debug)]
    struct Same<E>(E);

    impl<E: fmt::Display> fmt::Display for Same<E> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }

    impl<E: Error + 'static> Error for Same<E> {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    fn types(error: &ApiError) -> Vec<Option<&'static str>> {
        causes(error, "outer").into_iter().map(|cause| cause.type_name).collect()
    }

    #[test]
    fn types_of_causes_are_named_if_they_are_known() {
        let number = "x".parse::<u8>().map_err(Outer).or_internal().unwrap_err();
        assert_eq!(types(&number), [Some("std::num::ParseIntError")]);
        let json = serde_json::from_str::<u8>("x").map_err(Outer).or_internal().unwrap_err();
        assert_eq!(types(&json), [Some("serde_json::Error")]);
        let unknown = Outer(Outer(fmt::Error));
        let unknown = Err::<(), _>(unknown).or_internal().unwrap_err();
        assert_eq!(types(&unknown), [Some("std::fmt::Error")], "equal texts are one cause");
    }

    #[test]
    fn a_wrapper_with_the_same_text_has_the_type_of_its_cause() {
        let hidden = Err::<(), _>(Outer(Same(fmt::Error))).or_internal().unwrap_err();
        assert_eq!(types(&hidden), [Some("std::fmt::Error")]);
        let known = std::io::Error::other(fmt::Error);
        let known = Err::<(), _>(Outer(Same(known))).or_internal().unwrap_err();
        assert_eq!(types(&known)[0], Some("std::io::Error"), "the first known type is kept");
    }

    #[test]
    fn a_converted_error_knows_the_type_below_it() {
        let inner = Err::<(), _>(Outer(fmt::Error)).or_internal().unwrap_err();
        let error = ApiError::internal_error().with_source(Outer(inner));
        let outer = std::any::type_name::<Outer<fmt::Error>>();
        let expected = [Some("definable_errors::ApiError"), Some(outer), Some("std::fmt::Error")];
        assert_eq!(types(&error), expected);
    }
}
