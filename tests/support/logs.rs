//! Writers that keep in memory what a subscriber of `tracing` logs.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Mutex;

/// The log of a whole process. A static can be written to as `&LOG`.
#[derive(Debug, Default)]
pub struct Log(Mutex<Vec<u8>>);

impl Log {
    /// Creates an empty log.
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Returns everything that was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

thread_local! {
    static OF_THIS_THREAD: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The log of the thread that writes to it. Each test has a thread of its own, so tests that run at
/// the same time read their own events, although they share one subscriber.
#[derive(Debug, Clone, Copy)]
pub struct ThreadLog;

impl ThreadLog {
    /// Returns what this thread has logged, and empties its log.
    pub fn take() -> String {
        String::from_utf8(OF_THIS_THREAD.take()).unwrap()
    }
}

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        OF_THIS_THREAD.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
