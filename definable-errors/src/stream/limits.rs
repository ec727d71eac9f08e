//! The limits of a stream or a socket: how long it may take, and how long it may be idle.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use crate::error::ApiError;
use crate::problem::{DEADLINE_EXCEEDED, Problem};

/// The limits as they are set. No timer exists for one that is not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) max_duration: Option<Duration>,
    pub(super) idle_limit: Option<Duration>,
    /// The time without an item after which something is sent to keep the connection alive.
    pub(super) keep_alive: Option<Duration>,
}

impl Limits {
    /// No limits, and nothing that keeps the connection alive.
    pub(super) const NONE: Self = Self { max_duration: None, idle_limit: None, keep_alive: None };
}

/// The timers of the limits of a stream that has started.
#[derive(Debug)]
pub(super) struct Timers {
    end: Option<Timer>,
    idle: Option<Timer>,
    keep_alive: Option<Timer>,
    /// Nothing was sent or received since the timers were last started.
    is_waiting: bool,
}

/// What is due while a stream waits.
pub(super) enum Due {
    Error(ApiError),
    KeepAlive,
}

impl Timers {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            end: limits.max_duration.map(Timer::new),
            idle: limits.idle_limit.map(Timer::new),
            keep_alive: limits.keep_alive.map(Timer::new),
            is_waiting: false,
        }
    }

    /// Notes an item. The timers start again when the stream next waits, so that a stream that never
    /// waits does not pay for them.
    #[inline]
    pub(super) const fn note_activity(&mut self) {
        self.is_waiting = false;
    }

    /// Returns an error if the stream has taken too long.
    #[inline]
    pub(super) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<ApiError> {
        match &mut self.end {
            None => Poll::Pending,
            Some(end) => end.poll(cx).map(|()| exceeded("the stream reached its maximal duration")),
        }
    }

    /// Returns what is due while the stream waits.
    pub(super) fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<Due> {
        if !self.is_waiting {
            self.is_waiting = true;
            for timer in [&mut self.idle, &mut self.keep_alive].into_iter().flatten() {
                timer.restart();
            }
        }
        if self.idle.as_mut().is_some_and(|idle| idle.poll(cx).is_ready()) {
            return Poll::Ready(Due::Error(exceeded("the stream was idle for too long")));
        }
        let Some(keep_alive) = &mut self.keep_alive else { return Poll::Pending };
        ready!(keep_alive.poll(cx));
        keep_alive.restart();
        Poll::Ready(Due::KeepAlive)
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
        let after = self.after;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(after)));
        if !self.is_running {
            sleep.as_mut().set(tokio::time::sleep(after));
            self.is_running = true;
        }
        sleep.as_mut().poll(cx)
    }
}
