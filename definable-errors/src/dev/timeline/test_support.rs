//! Records what a test does, as a subscriber with the layer of the timeline would.

use std::sync::{Arc, Mutex, MutexGuard, Weak};

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

use super::record::{Record, switch_on};
use super::recorder::Recorder;
use super::timeline::Timeline;
use crate::support::lock;

/// Waits for the other tests that record: one of them uses up all records.
pub(super) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    switch_on();
    lock(&ALONE)
}

pub(super) fn layer<S: Subscriber + for<'span> LookupSpan<'span>>() -> impl Layer<S> + Send + Sync {
    Recorder.with_filter(LevelFilter::DEBUG)
}

/// Records what happens inside of the span of a request.
pub(super) fn recorded(id: &str, work: impl FnOnce()) -> (Option<Timeline>, Weak<Record>) {
    recorded_by(tracing_subscriber::registry().with(layer()), id, work)
}

pub(super) fn recorded_by(
    subscriber: impl Subscriber + Send + Sync + 'static,
    id: &str,
    work: impl FnOnce(),
) -> (Option<Timeline>, Weak<Record>) {
    let _alone = alone();
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!(target: "definable_errors", "request", id = %id);
        let entered = span.enter();
        let record = Record::of(&id);
        work();
        let timeline = record.as_ref().map(|record| record.timeline());
        let weak = record.as_ref().map(Arc::downgrade).unwrap_or_default();
        drop((entered, record));
        (timeline, weak)
    })
}

pub(super) fn texts(timeline: &Timeline) -> Vec<(usize, &str)> {
    timeline.entries.iter().map(|entry| (entry.depth, &*entry.text)).collect()
}
