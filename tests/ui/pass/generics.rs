use std::error::Error;
use std::fmt::{Debug, Display};

use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum Lookup<K, E> {
    #[error("no entry")]
    #[api(status = 404, detail = "No entry {key:?} of {count:#x}.", header("X-Key" = key))]
    Missing {
        #[api(member = "entry_key")]
        key: K,
        #[api(note)]
        count: u8,
    },
    #[error("taken: {0:?}")]
    #[api(status = 409, detail = "Another one has it.")]
    Taken(Vec<K>, #[source] std::fmt::Error),
    #[error(transparent)]
    #[api(transparent)]
    Store(E),
}

impl<K: Debug, E> Lookup<K, E> {
    fn shown(self) -> Self {
        self
    }
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("{0}")]
#[api(status = 422)]
struct Word<'a, const N: usize>(&'a str, [u8; N]);

#[derive(Debug, thiserror::Error, ApiError)]
#[error("bad value {0}")]
#[api(status = 400)]
struct Bad<T>(T)
where
    T: Copy;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("worker failed")]
#[api(status = 500)]
struct Worker<E: Error + Send + Sync + 'static>(#[source] E);

fn main() {
    let missing: Lookup<u8, ApiError> = Lookup::Missing { key: 7, count: 255 };
    let error = ApiError::from(missing.shown());
    assert_eq!(error.problem().detail(), "No entry 7 of 0xff.");
    assert_eq!(error.headers()[0].1, "7");
    let store: Lookup<u8, Bad<u8>> = Lookup::Store(Bad(4));
    assert_eq!(ApiError::from(store).problem().detail(), "bad value 4");
    let text = String::from("word");
    assert_eq!(ApiError::from(Word(&text, [0; 2])).problem().detail(), "word");
    let worker = ApiError::from(Worker(std::fmt::Error));
    assert!(worker.downcast_ref::<std::fmt::Error>().is_some());
    fn is_display<T: Display>() {}
    is_display::<Bad<u8>>();
}
