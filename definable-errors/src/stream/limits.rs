//! The limits of a stream or a socket: how long it may take, and how long it may be idle.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use crate::error::ApiError;
use crate::problem::{DEADLINE_EXCEEDED, Problem};

/// The limits as they are set. No timer exists for one that is not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    pub(super) max_duration: Option<Duration>,
    pub(super) idle_limit: Option<Duration>,
}

/// The timers of the limits of a stream that has started.
#[derive(Debug)]
pub(super) struct Timers {
    end: Option<Timer>,
    idle: Option<Timer>,
}

impl Timers {
    pub(super) fn new(limits: Limits) -> Self {
        Self { end: limits.max_duration.map(Timer::new), idle: limits.idle_limit.map(Timer::new) }
    }

    /// Notes an item. The idle time starts again when the stream next waits.
    #[inline]
    pub(super) const fn note_activity(&mut self) {
        if let Some(idle) = &mut self.idle {
            idle.restart();
        }
    }

    /// Returns an error if the stream has taken too long.
    #[inline]
    pub(super) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<ApiError> {
        match &mut self.end {
            None => Poll::Pending,
            Some(end) => end.poll(cx).map(|()| exceeded("the stream reached its maximal duration")),
        }
    }

    /// Returns an error if the stream has waited for too long. It is called while the stream waits.
    #[inline]
    pub(super) fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<ApiError> {
        match &mut self.idle {
            None => Poll::Pending,
            Some(idle) => idle.poll(cx).map(|()| exceeded("the stream was idle for too long")),
        }
    }
}

pub(super) fn exceeded(note: &'static str) -> ApiError {
    ApiError::unlocated(Problem::new(&DEADLINE_EXCEEDED)).with_note(note)
}

/// A timer that starts when it is first polled.
#[derive(Debug)]
pub(super) struct Timer {
    after: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    is_running: bool,
}

impl Timer {
    pub(super) const fn new(after: Duration) -> Self {
        Self { after, sleep: None, is_running: false }
    }

    /// Starts the timer anew when it is next polled.
    pub(super) const fn restart(&mut self) {
        self.is_running = false;
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(self.after)));
        if !self.is_running {
            sleep.as_mut().set(tokio::time::sleep(self.after));
            self.is_running = true;
        }
        sleep.as_mut().poll(cx)
    }
}
