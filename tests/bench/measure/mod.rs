//! Measurement of one request of a row.

mod callgrind;
mod clock;

pub(crate) use self::callgrind::{Counts, Failed, RUN, count, ensure_valgrind, instructions, run};
pub(crate) use self::clock::{median, nanoseconds};
