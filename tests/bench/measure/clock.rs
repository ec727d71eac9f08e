//! The time of one request, and the clock that measures it.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::row::Row;

const BATCHES: usize = 21;
const REQUESTS: u16 = 1_000;

/// Returns the time that this thread has been on a processor. Other work on the machine affects it
/// less than the time that passes.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.try_into().expect("no thread has run for less than no time")
}

/// Returns the nanoseconds of one request of each row: the median of some batches, taken in turns,
/// so that other work on the machine affects all rows. Only the ratio to the baseline is
/// meaningful.
pub(crate) fn nanoseconds(rows: &[Row]) -> Vec<f64> {
    let mut batches: Vec<Vec<f64>> = rows.iter().map(|_| Vec::new()).collect();
    for _ in 0..BATCHES {
        for (row, batches) in rows.iter().zip(&mut batches) {
            batches.push(batch(row));
        }
    }
    batches.into_iter().map(median).collect()
}

fn batch(row: &Row) -> f64 {
    row.run(REQUESTS.into()).as_secs_f64() * 1e9 / f64::from(REQUESTS)
}

pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
