//! Calls that concurrent requests share, and their results, which are kept for a while in bounded
//! memory.

use std::collections::HashMap;
use std::future::Future;
use std::mem;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use tokio::sync::watch;

use crate::auth::SecretDigest;
use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, OVERLOADED, Problem};
use crate::support::lock;

/// The result of a call.
type Outcome<T> = Result<T, ApiError>;

/// Calls by the digest of a secret, at most one of each at the same time.
#[derive(Debug)]
pub(super) struct SharedCalls<T> {
    state: Mutex<State<T>>,
    /// The maximum number of calls that run at the same time.
    max_calls: usize,
}

#[derive(Debug)]
struct State<T> {
    under_way: HashMap<SecretDigest, watch::Receiver<Option<Outcome<T>>>>,
    /// Apart from the failures, so that a flood of invalid tokens drops no valid one.
    successes: Generations<T>,
    failures: Generations<T>,
}

/// A map that forgets its older half when it is full. Both halves are read.
#[derive(Debug)]
struct Generations<T> {
    newer: HashMap<SecretDigest, (Outcome<T>, SystemTime)>,
    older: HashMap<SecretDigest, (Outcome<T>, SystemTime)>,
    half: usize,
}

impl<T: Clone> Generations<T> {
    fn new(capacity: usize) -> Self {
        Self { newer: HashMap::new(), older: HashMap::new(), half: capacity.div_ceil(2).max(1) }
    }

    fn get(&self, key: &SecretDigest, now: SystemTime) -> Option<Outcome<T>> {
        let (outcome, until) = self.newer.get(key).or_else(|| self.older.get(key))?;
        (now < *until).then(|| outcome.clone())
    }

    fn insert(&mut self, key: SecretDigest, outcome: Outcome<T>, until: SystemTime) {
        if self.newer.len() >= self.half {
            self.older = mem::take(&mut self.newer);
        }
        self.newer.insert(key, (outcome, until));
    }
}

impl<T: Clone + Send + Sync + 'static> SharedCalls<T> {
    /// Keeps `capacity` results at most, and as many failures.
    pub(super) fn new(capacity: usize, max_calls: usize) -> Self {
        let state = State {
            under_way: HashMap::new(),
            successes: Generations::new(capacity),
            failures: Generations::new(capacity),
        };
        Self { state: Mutex::new(state), max_calls }
    }

    /// Returns the kept result, or that of the call under way, or else begins a call. The call
    /// returns until when its result is kept, if it is.
    ///
    /// It runs in a task of its own, so that a client that disconnects does not cancel it for all.
    pub(super) async fn get<F>(
        self: &Arc<Self>,
        key: SecretDigest,
        now: SystemTime,
        call: impl FnOnce() -> F,
    ) -> Outcome<T>
    where
        F: Future<Output = (Outcome<T>, Option<SystemTime>)> + Send + 'static,
    {
        let mut under_way = {
            let mut state = lock(&self.state);
            let kept = state.successes.get(&key, now).or_else(|| state.failures.get(&key, now));
            if let Some(outcome) = kept {
                return outcome;
            }
            match state.under_way.get(&key) {
                Some(receiver) => receiver.clone(),
                None if state.under_way.len() >= self.max_calls => return Err(overloaded()),
                None => {
                    let (sender, receiver) = watch::channel(None);
                    state.under_way.insert(key, receiver.clone());
                    let ended = Ended { calls: self.clone(), key };
                    tokio::spawn(run(ended, sender, call()));
                    receiver
                }
            }
        };
        // An error means that the call panicked.
        match under_way.wait_for(Option::is_some).await.map(|outcome| outcome.clone()) {
            Ok(Some(outcome)) => outcome,
            Ok(None) | Err(_) => Err(panicked()),
        }
    }

    fn keep(&self, key: SecretDigest, outcome: &Outcome<T>, until: SystemTime) {
        let mut state = lock(&self.state);
        let generations = match outcome {
            Ok(_) => &mut state.successes,
            Err(_) => &mut state.failures,
        };
        generations.insert(key, outcome.clone(), until);
    }
}

async fn run<T, F>(ended: Ended<T>, sender: watch::Sender<Option<Outcome<T>>>, call: F)
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = (Outcome<T>, Option<SystemTime>)> + Send,
{
    let (outcome, until) = call.await;
    if let Some(until) = until {
        ended.calls.keep(ended.key, &outcome, until);
    }
    // The result is kept before the call ends, so that no request between them begins another.
    drop(ended);
    let _ = sender.send(Some(outcome));
}

/// Ends a call when dropped, also if it panicked.
struct Ended<T> {
    calls: Arc<SharedCalls<T>>,
    key: SecretDigest,
}

impl<T> Drop for Ended<T> {
    fn drop(&mut self) {
        lock(&self.calls.state).under_way.remove(&self.key);
    }
}

fn overloaded() -> ApiError {
    ApiError::unlocated(Problem::new(&OVERLOADED))
        .with_note("too many calls to the OAuth provider are under way")
}

fn panicked() -> ApiError {
    ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
        .with_note("a call to the OAuth provider panicked")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn later(seconds: u64) -> SystemTime {
        NOW + Duration::from_secs(seconds)
    }

    /// Returns the number of the call, and counts it.
    async fn call(
        calls: &Arc<SharedCalls<u32>>,
        counter: &Arc<AtomicU32>,
        key: &str,
        now: SystemTime,
        until: Option<SystemTime>,
    ) -> Outcome<u32> {
        let counter = counter.clone();
        let begin = || async move {
            tokio::task::yield_now().await;
            (Ok(counter.fetch_add(1, Ordering::Relaxed)), until)
        };
        calls.get(SecretDigest::sha256(key), now, begin).await
    }

    #[tokio::test]
    async fn concurrent_callers_share_one_call_per_key() {
        let (calls, counter) = (Arc::new(SharedCalls::new(8, 8)), Arc::default());
        let all = (0..100).map(|at| {
            let key = if at % 2 == 0 { "a" } else { "b" };
            call(&calls, &counter, key, NOW, None)
        });
        let all = futures_util::future::join_all(all).await;
        let of = |at: usize| *all[at].as_ref().unwrap();
        assert!((0..100).all(|at| of(at) == of(at % 2)));
        assert_eq!(counter.load(Ordering::Relaxed), 2);
        assert!(lock(&calls.state).under_way.is_empty());
    }

    #[tokio::test]
    async fn result_is_kept_until_its_time() {
        let (calls, counter) = (Arc::new(SharedCalls::new(8, 8)), Arc::default());
        for (now, expected) in [(NOW, 0), (later(9), 0), (later(10), 1), (later(11), 1)] {
            let until = Some(now + Duration::from_secs(10));
            assert_eq!(call(&calls, &counter, "a", now, until).await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn full_memory_forgets_its_older_half() {
        let (calls, counter) = (Arc::new(SharedCalls::new(4, 8)), Arc::default());
        for key in 0..1000 {
            let _ = call(&calls, &counter, &key.to_string(), NOW, Some(later(9))).await;
        }
        let state = lock(&calls.state);
        assert!(state.successes.newer.len() <= 2 && state.successes.older.len() == 2);
    }

    #[tokio::test]
    async fn failures_drop_no_success() {
        let (calls, counter) = (Arc::new(SharedCalls::<u32>::new(4, 8)), Arc::default());
        let first = call(&calls, &counter, "good", NOW, Some(later(9))).await.unwrap();
        for key in 0..100 {
            let fails = || async { (Err(ApiError::invalid_token()), Some(later(9))) };
            let _ = calls.get(SecretDigest::sha256(&key.to_string()), NOW, fails).await;
        }
        assert_eq!(call(&calls, &counter, "good", NOW, None).await.unwrap(), first);
    }

    #[tokio::test]
    async fn call_that_panics_fails_for_all_and_begins_anew() {
        let (calls, counter) = (Arc::new(SharedCalls::<u32>::new(4, 8)), Arc::default());
        let key = SecretDigest::sha256("a");
        let error = calls.get(key, NOW, || async { panic!("a test") }).await.unwrap_err();
        assert_eq!(error.problem().code(), "internal_error");
        assert_eq!(call(&calls, &counter, "a", NOW, None).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn calls_over_the_limit_are_rejected() {
        let calls = Arc::new(SharedCalls::<u32>::new(4, 1));
        let first = calls.clone();
        let held = tokio::spawn(async move {
            let forever = || async { std::future::pending().await };
            first.get(SecretDigest::sha256("a"), NOW, forever).await
        });
        while lock(&calls.state).under_way.is_empty() {
            tokio::task::yield_now().await;
        }
        let second = calls.get(SecretDigest::sha256("b"), NOW, || async { unreachable!() }).await;
        assert_eq!(second.unwrap_err().problem().code(), "overloaded");
        held.abort();
    }
}
