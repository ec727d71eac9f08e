//! The error type of the deserializer.

use std::fmt;

use serde::de::{self, Unexpected};

use super::complaint::{Actual, Complaint, Fields};
use super::{discarded, private};

/// The error of a `Deserialize` in a replay. It may contain what the client sent, so it never leaves
/// the diagnosis.
#[derive(Debug)]
pub(crate) enum ReplayError {
    /// The reason is noted; the next replay gets further.
    Noted,
    /// The place of the mistake is not known yet.
    Complaint(Box<Complaint>),
}

impl ReplayError {
    pub(crate) fn new(complaint: Complaint) -> Self {
        discarded::record(&complaint);
        Self::Complaint(Box::new(complaint))
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value was rejected")
    }
}

impl std::error::Error for ReplayError {}

impl de::Error for ReplayError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(private::complaint(&message.to_string()))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let (actual, expected) = (Actual::read(unexpected), private::expected(expected));
        Self::new(Complaint::Value { actual, expected })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self::new(Complaint::Length)
    }

    fn unknown_variant(variant: &str, expected: Fields) -> Self {
        Self::new(Complaint::UnknownVariant { name: variant.to_owned(), known: expected })
    }

    fn unknown_field(field: &str, expected: Fields) -> Self {
        Self::new(Complaint::UnknownField { name: field.to_owned(), known: expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Complaint::MissingField(field))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(Complaint::DuplicateField(field))
    }
}
