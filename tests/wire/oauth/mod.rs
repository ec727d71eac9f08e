//! Tests of logins at a stand-in provider, and of what services that accept or issue tokens answer.

mod callback;
mod introspection;
mod provider;
mod refresh;
mod service;
mod start;
mod token_endpoint;
