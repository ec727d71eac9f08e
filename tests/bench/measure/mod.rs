//! Measurement of one request of a row.

mod callgrind;
mod clock;

pub(crate) use self::callgrind::{
    Calls, Counts, Failed, Profiles, RUN, calls_in, count, ensure_valgrind, instructions,
    instructions_in, run,
};
pub(crate) use self::clock::{median, nanoseconds, processor_time};
