//! A server, a client, a reporter, and a readable form of responses.

mod answer;
mod client;
mod counter;
mod recorder;

pub(crate) use self::answer::Answer;
pub(crate) use self::client::{connect, get, open, request, send};
pub(crate) use self::counter::Counter;
pub(crate) use self::recorder::Recorder;
