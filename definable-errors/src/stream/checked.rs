//! A stream that ends with one problem if its source fails, panics or takes too long.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::limits::{Limits, Timers};
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
}

/// The future of the problem that ends a stream.
type Ending = Pin<Box<dyn Future<Output = Option<LateProblem>> + Send>>;

pin_project! {
    /// A source whose errors have become a last frame.
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
        loop {
            let error = match this.state.as_mut().project() {
                StateProjection::Running { source } => {
                    if let Poll::Ready(error) = this.timers.poll_end(cx) {
                        error
                    } else {
                        match poll_source::<S, E, F>(source, cx) {
                            Poll::Ready(Some(Ok(frame))) => {
                                this.timers.note_activity();
                                return Poll::Ready(Some(Ok(frame)));
                            }
                            Poll::Ready(Some(Err(error))) => error,
                            Poll::Ready(None) => {
                                end(this.state.as_mut(), State::Ended);
                                return Poll::Ready(None);
                            }
                            Poll::Pending => ready!(this.timers.poll_idle(cx)),
                        }
                    }
                }
                StateProjection::Ending { ending } => {
                    let problem = ready!(ending.as_mut().poll(cx));
                    this.state.set(State::Ended);
                    return Poll::Ready(problem.map(|problem| Ok(F::problem(&problem))));
                }
                StateProjection::Ended => return Poll::Ready(None),
            };
            let ending = Box::pin(this.late.end(error));
            end(this.state.as_mut(), State::Ending { ending });
        }
    }
}

/// Polls the source. A panic is an error, also one while an item or an error is converted.
#[inline]
fn poll_source<S, E, F>(source: Pin<&mut S>, cx: &mut Context<'_>) -> Polled<F::Frame>
where
    S: Stream<Item = Result<F::Item, E>>,
    E: Into<ApiError>,
    F: Format,
{
    let mut polled = Poll::Pending;
    let poll = || {
        polled = match source.poll_next(cx) {
            Poll::Ready(Some(Ok(item))) => Poll::Ready(Some(F::item(item))),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        };
    };
    match catch_unwind(AssertUnwindSafe(poll)) {
        Ok(()) => polled,
        Err(payload) => Poll::Ready(Some(Err(panic_error(payload)))),
    }
}

type Polled<T> = Poll<Option<Result<T, ApiError>>>;

/// Drops the source, which is not polled again. It may panic when it is dropped.
#[cold]
fn end<S>(mut state: Pin<&mut State<S>>, next: State<S>) {
    let _ = caught(|| state.set(next));
}
