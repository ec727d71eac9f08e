//! One answer from another thread, for a future of any runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The side that answers. Dropped without an answer, it says that there is none.
#[derive(Debug)]
pub(super) struct Promise<T>(Arc<Mutex<State<T>>>);

/// The side that waits.
#[derive(Debug)]
pub(super) struct Answer<T>(Arc<Mutex<State<T>>>);

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    is_over: bool,
    waker: Option<Waker>,
}

pub(super) fn oneshot<T>() -> (Promise<T>, Answer<T>) {
    let state = Arc::new(Mutex::new(State { value: None, is_over: false, waker: None }));
    (Promise(state.clone()), Answer(state))
}

impl<T> Promise<T> {
    pub(super) fn keep(self, value: T) {
        lock(&self.0).value = Some(value);
    }

    /// The one who waits went away.
    pub(super) fn is_pointless(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        state.is_over = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = lock(&self.0);
        if state.is_over {
            return Poll::Ready(state.value.take());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn wait<T>(answer: Answer<T>) -> Option<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(answer)
    }

    #[test]
    fn an_answer_crosses_threads() {
        let (promise, answer) = oneshot();
        let other = thread::spawn(move || {
            thread::sleep(Duration::from_millis(5));
            promise.keep(42);
        });
        assert_eq!(wait(answer), Some(42));
        other.join().unwrap();
    }

    #[test]
    fn a_broken_promise_is_no_answer() {
        let (promise, answer) = oneshot::<u8>();
        drop(promise);
        assert_eq!(wait(answer), None);
    }

    #[test]
    fn nobody_waits_in_vain() {
        let (promise, answer) = oneshot::<u8>();
        assert!(!promise.is_pointless());
        drop(answer);
        assert!(promise.is_pointless());
    }
}
