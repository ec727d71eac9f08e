//! The runtime of the services under load.

use tokio::runtime::{Builder, Runtime};

/// Creates a runtime with as many threads as the machine of these gates has.
pub(crate) fn two_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
