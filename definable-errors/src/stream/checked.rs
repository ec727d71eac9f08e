//! A stream that ends with one problem if its source fails, panics or takes too long.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::limits::{Due, Limits, Timers};
use crate::error::ApiError;
use crate::layer::{LateErrors, LateProblem, caught, panic_error};

/// How the items and the problem of a stream are sent.
pub(super) trait Format: Send + 'static {
    /// An item of the source.
    type Item;
    /// What is sent for an item or the problem.
    type Frame;

    fn item(item: Self::Item) -> Result<Self::Frame, ApiError>;

    fn problem(problem: &LateProblem) -> Self::Frame;

    /// Returns what is sent while there is no item, for a format that has such a frame.
    fn keep_alive() -> Option<Self::Frame>;
}

/// The future of the problem that ends a stream.
type Ending = Pin<Box<dyn Future<Output = Option<LateProblem>> + Send>>;

pin_project! {
    /// A source whose errors have become a last frame.
    #[project = Projection]
    pub(super) struct Checked<S, F> {
        #[pin]
        state: State<S>,
        timers: Timers,
        late: LateErrors,
        format: std::marker::PhantomData<fn() -> F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S> {
        Running { #[pin] source: S },
        Ending { ending: Ending },
        Ended,
    }
}

impl<S, F> Checked<S, F> {
    pub(super) fn new(source: S, limits: Limits, late: LateErrors) -> Self {
        Self {
            state: State::Running { source },
            timers: Timers::new(limits),
            late,
            format: std::marker::PhantomData,
        }
    }
}

impl<S, E, F> Stream for Checked<S, F>
where
    S: Stream<Item = Result<F::Item, E>>,
    E: Into<ApiError>,
    F: Format,
{
    type Item = Result<F::Frame, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        if let StateProjection::Running { source } = this.state.as_mut().project() {
            let mut frame = Poll::Pending;
            let failed = match this.timers.poll_end(cx) {
                Poll::Ready(error) => Some(error),
                Poll::Pending => poll_source::<S, E, F>(source, cx, &mut frame),
            };
            match (&frame, failed) {
                (Poll::Ready(Some(_)), _) => {
                    this.timers.note_activity();
                    return frame;
                }
                (_, Some(error)) => this.fail(error),
                (Poll::Ready(None), None) => {
                    end(this.state, State::Ended);
                    return frame;
                }
                (Poll::Pending, None) => match ready!(this.timers.poll_waiting(cx)) {
                    Due::Error(error) => this.fail(error),
                    Due::KeepAlive => return Poll::Ready(F::keep_alive().map(Ok)),
                },
            }
        }
        this.poll_ending(cx)
    }
}

impl<S, F: Format> Projection<'_, S, F> {
    /// Reports an error, and begins to write its problem.
    #[cold]
    fn fail(&mut self, error: ApiError) {
        let ending = Box::pin(self.late.end(error));
        end(self.state.as_mut(), State::Ending { ending });
    }

    #[cold]
    fn poll_ending(mut self, cx: &mut Context<'_>) -> Poll<Option<Result<F::Frame, Infallible>>> {
        let StateProjection::Ending { ending } = self.state.as_mut().project() else {
            return Poll::Ready(None);
        };
        let problem = ready!(ending.as_mut().poll(cx));
        self.state.set(State::Ended);
        Poll::Ready(problem.map(|problem| Ok(F::problem(&problem))))
    }
}

/// Polls the source for a frame, and returns its error. A panic is an error, also one while an item or
/// an error is converted. The frame is written where it is returned from, because each move of an event
/// costs one percent of it.
#[inline]
fn poll_source<S, E, F>(
    source: Pin<&mut S>,
    cx: &mut Context<'_>,
    frame: &mut Poll<Option<Result<F::Frame, Infallible>>>,
) -> Option<ApiError>
where
    S: Stream<Item = Result<F::Item, E>>,
    E: Into<ApiError>,
    F: Format,
{
    let mut failed = None;
    let poll = || match source.poll_next(cx) {
        Poll::Ready(Some(Ok(item))) => match F::item(item) {
            Ok(item) => *frame = Poll::Ready(Some(Ok(item))),
            Err(error) => failed = Some(error),
        },
        Poll::Ready(Some(Err(error))) => failed = Some(error.into()),
        Poll::Ready(None) => *frame = Poll::Ready(None),
        Poll::Pending => {}
    };
    match catch_unwind(AssertUnwindSafe(poll)) {
        Ok(()) => failed,
        Err(payload) => Some(panic_error(payload)),
    }
}

/// Drops the source, which is not polled again. It may panic when it is dropped.
#[cold]
fn end<S>(mut state: Pin<&mut State<S>>, next: State<S>) {
    let _ = caught(|| state.set(next));
}
