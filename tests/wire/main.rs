//! What clients receive: a real request over a real connection, and one snapshot of the status, the
//! headers and the body. `cargo bless` writes the snapshots; read the diff.

mod support;

mod bare;
mod constructors;
mod derived;
mod extractors;
mod foreign;
mod guards;
mod head;
mod ids;
mod middleware;
mod negotiation;
mod panics;
mod properties;
mod reports;
mod responses;
mod secrets;
mod settings;
mod two_layers;
mod without_layer;
