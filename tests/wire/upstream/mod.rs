//! Tests of calls to other services, which fail in every way on real connections.

mod answers;
mod circuit;
mod hostile;
mod propagation;
mod retries;
mod server;
mod two_services;
