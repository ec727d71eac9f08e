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

/// Resolves a question on the thread, and passes the findings to `finish` there. Nothing happens if
/// too many errors are waiting, or if the system has no thread for it. It works in any runtime.
pub(super) fn submit(question: Question, finish: impl FnOnce(Findings) + Send + 'static) {
    static JOBS: OnceLock<Option<SyncSender<Job>>> = OnceLock::new();
    if let Some(jobs) = JOBS.get_or_init(start) {
        let _ = jobs.try_send(Box::new(move |symbols| finish(question.answer(symbols))));
    }
}

/// Does the same, and returns a receiver of the result, which returns an error if there is none.
pub(super) fn ask<T: Send + 'static>(
    question: Question,
    finish: impl FnOnce(Findings) -> T + Send + 'static,
) -> oneshot::Receiver<T> {
    let (sender, receiver) = oneshot::channel();
    submit(question, move |findings| drop(sender.send(finish(findings))));
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
