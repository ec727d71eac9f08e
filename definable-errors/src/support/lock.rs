//! Locks that a panic in another thread does not make unusable.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex whose data a panic in another thread leaves consistent, because every change of it
/// is a single step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_of_another_thread_leaves_the_lock_usable() {
        let mutex = Mutex::new(7);
        let panicked = std::thread::scope(|scope| {
            let panics = || {
                let _guard = lock(&mutex);
                panic!("while the mutex is locked");
            };
            scope.spawn(panics).join().is_err()
        });
        assert!(panicked && mutex.is_poisoned());
        assert_eq!(*lock(&mutex), 7);
    }
}
