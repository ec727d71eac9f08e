//! The only thread that reads debug information: this takes long and needs much memory, so it never
//! runs where requests are served, and never twice at the same time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;

use tokio::sync::oneshot;

use super::roots::Roots;
use super::stack::{Stack, Symbols};
use super::traceback::{self, Birth, Findings};
use crate::error::Trace;

/// What to resolve for one error.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) trace: Option<Arc<dyn Trace>>,
    pub(super) birth: Birth,
    /// The file of its location, as the compiler named it.
    pub(super) file: Option<String>,
    pub(super) roots: Arc<Roots>,
}

type Job = Box<dyn FnOnce(&mut Symbols) + Send>;

/// The maximum number of errors that wait; one more is sent without a traceback.
const MAX_WAITING: usize = 8;

/// Queues a job without blocking: if it cannot be done, the receiver returns an error. It works in
/// any runtime. `finish` runs on the thread, too.
pub(super) fn ask<T: Send + 'static>(
    question: Question,
    finish: impl FnOnce(Findings) -> T + Send + 'static,
) -> oneshot::Receiver<T> {
    static JOBS: OnceLock<Option<SyncSender<Job>>> = OnceLock::new();
    let (sender, receiver) = oneshot::channel();
    if let Some(jobs) = JOBS.get_or_init(start) {
        // If the queue is full, the sender of the job is dropped, and the receiver returns an
        // error.
        let _ = jobs.try_send(Box::new(move |symbols| {
            // Nothing is resolved for a client that disconnected.
            if !sender.is_closed() {
                let _ = sender.send(finish(question.answer(symbols)));
            }
        }));
    }
    receiver
}

fn start() -> Option<SyncSender<Job>> {
    let (sender, receiver) = sync_channel(MAX_WAITING);
    let builder = thread::Builder::new().name("definable-errors-dev".to_owned());
    builder.spawn(move || work(&receiver)).ok().map(|_| sender)
}

fn work(jobs: &Receiver<Job>) {
    let mut symbols = Symbols::default();
    for job in jobs {
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut symbols)));
    }
}

impl Question {
    fn answer(&self, symbols: &mut Symbols) -> Findings {
        let stack = self.trace.as_ref().and_then(|trace| trace.as_any().downcast_ref::<Stack>());
        self.roots.locate(self.file.as_deref().zip(stack), symbols);
        let file = self.file.as_ref().map(|file| traceback::shown(Path::new(file), &self.roots));
        let frames = stack.map(|stack| traceback::frames(stack, self.birth, symbols, &self.roots));
        Findings { file, frames }
    }
}
