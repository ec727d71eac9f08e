//! What serde complained of, in terms that can be compared.

mod complaint;
mod discarded;
mod error;
mod private;

pub(crate) use self::complaint::{Actual, Bounds, Complaint, Expected, Fields};
pub(crate) use self::discarded::{MAX_DISCARDED, clear_discarded, take_discarded};
pub(crate) use self::error::ReplayError;
pub(crate) use self::private::{
    RAW_VALUE, is_adjacent_tag, is_buffer, is_internally_tagged, is_optional_number,
    is_primitive_visitor, is_standard,
};
