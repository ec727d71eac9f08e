//! The state of one connection: what it waits for, since when, and whether it has to end.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use super::protocol::Protocol;
use crate::support::lock;

/// The time that an HTTP/2 peer has to acknowledge that its connection closes.
const GOODBYE: Duration = Duration::from_secs(1);

/// The maximum times that a connection may wait, by what it waits for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    pub(super) head: Duration,
    pub(super) idle: Duration,
}

/// One connection, shared by the task that serves it, its socket and its exchanges.
#[derive(Debug)]
pub(super) struct Connection {
    timeouts: Timeouts,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    protocol: Protocol,
    /// The number of requests whose response is not complete.
    exchanges: usize,
    waiting: Waiting,
    since: Instant,
    /// Whether the socket accepted no more bytes when it was last written to.
    is_write_blocked: bool,
    /// Whether the connection belongs to a WebSocket or a similar protocol, or carries one.
    is_upgraded: bool,
    stop: Stop,
    is_cut: bool,
    /// The task that serves the connection; after an upgrade, the wakers below are of the tasks
    /// that use the socket.
    task: Option<Waker>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// The event that a connection without an exchange waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    /// The first byte of the first head.
    FirstByte,
    /// The rest of a head.
    Head,
    /// The next request.
    NextRequest,
}

#[derive(Debug, Clone, Copy)]
enum Stop {
    No,
    Requested,
    Begun(Instant),
}

/// The next step of the task of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Wait until this moment or, without one, until the exchanges are over.
    Wait(Option<Instant>),
    /// Finish the exchanges and close.
    ShutDown,
    /// Close at once.
    End,
}

impl Connection {
    pub(super) fn accepted(timeouts: Timeouts) -> Self {
        let state = State {
            protocol: Protocol::Unknown(0),
            exchanges: 0,
            waiting: Waiting::FirstByte,
            since: Instant::now(),
            is_write_blocked: false,
            is_upgraded: false,
            stop: Stop::No,
            is_cut: false,
            task: None,
            reader: None,
            writer: None,
        };
        Self { timeouts, state: Mutex::new(state) }
    }

    pub(super) const fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// Stores the waker of the task that serves the connection.
    pub(super) fn served_by(&self, task: &Waker) {
        remember(&mut self.state().task, task);
    }

    /// Returns what the task that serves the connection does next.
    pub(super) fn next_step(&self) -> Step {
        let mut state = self.state();
        if state.is_cut {
            return Step::End;
        }
        if matches!(state.stop, Stop::Requested) {
            state.stop = Stop::Begun(Instant::now());
            return Step::ShutDown;
        }
        if state.exchanges > 0 || state.is_upgraded {
            return Step::Wait(None);
        }
        Step::Wait(Some(state.deadline(self.timeouts)))
    }

    /// Ends the connection whose deadline has passed: HTTP/2 between two requests gracefully, so
    /// that a request on its way is not lost; everything else immediately.
    pub(super) fn expire(&self) {
        let mut state = self.state();
        let is_idle = state.waiting == Waiting::NextRequest && state.protocol.is_http2();
        if is_idle && matches!(state.stop, Stop::No) {
            state.stop = Stop::Requested;
        } else {
            state.is_cut = true;
        }
    }

    /// Lets the connection finish its exchanges but begin no more.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        if matches!(state.stop, Stop::No) {
            state.stop = Stop::Requested;
        }
        let task = state.task.take();
        drop(state);
        task.into_iter().for_each(Waker::wake);
    }

    /// Closes the connection, whatever it carries.
    pub(super) fn cut(&self) {
        let mut state = self.state();
        state.is_cut = true;
        let wakers = [state.task.take(), state.reader.take(), state.writer.take()];
        drop(state);
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    /// Counts an exchange, from the complete head of a request to the end of its response.
    pub(super) fn begin(self: &Arc<Self>) -> Exchange {
        self.state().exchanges += 1;
        Exchange(self.clone())
    }

    /// Records received bytes.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is cut.
    pub(super) fn received(&self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.check()?;
        if state.is_upgraded {
            return Ok(());
        }
        let has_head = state.protocol.receive(bytes);
        if has_head && state.exchanges == 0 {
            if state.waiting == Waiting::NextRequest {
                state.since = Instant::now();
            }
            state.waiting = Waiting::Head;
        }
        Ok(())
    }

    /// Records that nothing can be received now.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is cut.
    pub(super) fn waits_to_read(&self, reader: &Waker) -> io::Result<()> {
        let mut state = self.state();
        state.check()?;
        if state.is_upgraded {
            remember(&mut state.reader, reader);
        }
        Ok(())
    }

    /// Records sent bytes: a client that still receives the end of a response is not idle.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is cut.
    pub(super) fn sent(&self) -> io::Result<()> {
        let mut state = self.state();
        state.check()?;
        state.is_write_blocked = false;
        let is_between = state.exchanges == 0 && state.waiting == Waiting::NextRequest;
        if is_between && !state.protocol.is_http2() {
            state.since = Instant::now();
        }
        Ok(())
    }

    /// Records that nothing can be sent now.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is cut.
    pub(super) fn waits_to_write(&self, writer: &Waker) -> io::Result<()> {
        let mut state = self.state();
        state.check()?;
        state.is_write_blocked = true;
        if state.is_upgraded {
            remember(&mut state.writer, writer);
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    /// Returns the moment at which a connection without an exchange has waited long enough.
    fn deadline(&self, timeouts: Timeouts) -> Instant {
        let own = match self.waiting {
            Waiting::FirstByte | Waiting::Head => self.since + timeouts.head,
            Waiting::NextRequest => self.since + timeouts.idle,
        };
        match self.stop {
            Stop::Begun(at) if self.protocol.is_http2() => own.min(at.max(self.since) + GOODBYE),
            Stop::Begun(at) if self.waiting != Waiting::Head && !self.is_write_blocked => at,
            _ => own,
        }
    }

    fn check(&self) -> io::Result<()> {
        if self.is_cut {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the server shut down"));
        }
        Ok(())
    }
}

/// Stores a waker, unless it would wake the same task as the stored one.
fn remember(kept: &mut Option<Waker>, waker: &Waker) {
    if !kept.as_ref().is_some_and(|kept| kept.will_wake(waker)) {
        *kept = Some(waker.clone());
    }
}

/// A request whose response is not complete; the exchange is over when this is dropped.
#[derive(Debug)]
pub(super) struct Exchange(Arc<Connection>);

impl Exchange {
    /// Records that from now on the connection is, or carries, a socket of another protocol.
    pub(super) fn upgraded(&self) {
        self.0.state().is_upgraded = true;
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.exchanges -= 1;
        if state.exchanges > 0 {
            return;
        }
        state.waiting = Waiting::NextRequest;
        state.since = Instant::now();
        // An HTTP/2 exchange ends in a task of its own.
        let task = match state.stop {
            Stop::No => None,
            Stop::Requested | Stop::Begun(_) => state.task.take(),
        };
        drop(state);
        task.into_iter().for_each(Waker::wake);
    }
}
