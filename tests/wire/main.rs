//! Tests of what clients receive: each sends a real request over a real connection, and compares
//! one snapshot of the status, the headers and the body. `cargo bless` writes the snapshots; read
//! the diff.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "snapshots are written by a program")]
#![expect(clippy::manual_assert, reason = "a panic is what these handlers are for")]

mod after_the_head;
mod agents;
mod auth;
mod bare;
mod batch;
mod between;
mod bodies;
mod catalog;
mod concurrency;
mod constructors;
mod corpus;
mod cors;
mod csrf;
mod database;
mod deprecation;
mod derived;
mod diagnosis;
mod documented;
mod envelopes;
mod exempt;
mod extract;
mod extractors;
mod first_mistake;
mod foreign;
mod fuzzed;
mod guards;
mod head;
mod http_middleware;
mod ids;
mod languages;
mod leaving;
mod log_lines;
mod masked;
mod metrics;
mod middleware;
mod negotiation;
mod oauth;
mod panics;
mod properties;
mod rate_limit;
mod rbac;
mod reporters;
mod reports;
mod request_span;
mod required_headers;
mod responses;
mod retyped;
mod router;
mod secrets;
mod settings;
mod spans;
mod stack;
mod statuses;
mod stream;
mod timeout;
mod two_layers;
mod untouched;
mod untyped;
mod upstream;
mod valid;
mod without_layer;
