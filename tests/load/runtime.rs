use tokio::runtime::{Builder, Runtime};

/// As many threads as the machine that these gates are for has.
pub(crate) fn two_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
