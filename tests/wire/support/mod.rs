//! A server, a client, and the answer in a form that a person can review.

mod answer;
mod client;

pub(crate) use self::answer::Answer;
pub(crate) use self::client::{get, request, send};
