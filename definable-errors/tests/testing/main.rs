//! Tests of what the module for tests finds, and of what it says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::manual_assert, reason = "a panic is what these handlers are for")]

mod assertions;
mod bounds;
mod ours;
mod peers;
mod reports;
mod rules;

use std::any::Any;
use std::future::Future;

use tokio::task::JoinError;

/// Returns the message of the panic with which a test fails.
async fn failure_of(test: impl Future<Output: Send + 'static> + Send + 'static) -> String {
    let error = tokio::spawn(test).await.map(drop).expect_err("the test fails");
    message(error)
}

fn message(error: JoinError) -> String {
    text(error.into_panic())
}

fn text(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast_ref::<&str>().unwrap()).to_owned(),
    }
}
