//! The model of an error type: first as it was written, then as it was checked.

mod checked;
mod declared;
mod template;

use proc_macro2::Span;

pub(crate) use self::checked::{
    Answer, Checked, CheckedVariant, Detail, DetailSource, Fill, JsonType, Member, Outcome, Wait,
};
pub(crate) use self::declared::{
    Declared, DeclaredVariant, Display, Field, Header, RetryAfter, Settings, Shape, Status,
};
pub(crate) use self::template::{Hole, Piece, Template};

/// A value, and where it was written.
#[derive(Clone)]
pub(crate) struct Written<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}
