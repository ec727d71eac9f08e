//! What tests, benches and examples share. A helper that two packages need is a module here; one
//! that only one package needs stays there.
//!
//! Without features there are [`browser`], [`files`], [`latencies`], [`logs`], [`port`], [`postgres`],
//! [`process`], [`raw`], [`rounds`], [`tools`] and [`until`], which need the standard library alone. `http` adds requests to
//! routers on a free port, responses as text, reporters and [`example`]; `redis` adds a real Redis.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[cfg(feature = "http")]
mod answer;
pub mod browser;
#[cfg(feature = "http")]
pub mod example;
pub mod files;
pub mod latencies;
pub mod logs;
pub mod port;
pub mod postgres;
pub mod process;
pub mod raw;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "http")]
mod reporters;
pub mod rounds;
#[cfg(feature = "http")]
mod server;
pub mod tools;
mod wait;

#[cfg(feature = "http")]
pub use self::answer::Answer;
#[cfg(feature = "http")]
pub use self::reporters::{Counter, Record, Recorder};
#[cfg(feature = "http")]
pub use self::server::{
    axum_serve, bind, call, connect, get, http2, open, posting, request, send, send_to, serve, with,
};
pub use self::wait::until;
