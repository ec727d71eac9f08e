//! Tests of what clients of the reference server receive from the real program over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod around;
mod batch;
mod catalog;
mod client;
mod conformance;
mod connections;
mod database;
mod debug;
mod docs;
mod documents;
mod events;
mod hooks;
mod jobs;
mod kbs;
mod members;
mod oauth;
mod operators;
mod page;
mod passwords;
mod postgres;
mod proxies;
mod races;
mod redis;
mod search;
mod secrets;
mod server;
mod settings;
mod sockets;
mod surroundings;
mod tokens;
mod who_may;

use self::client::{
    ACME, Answer, GLOBEX, HANDBOOK, INDEXED, INDIZIERT, PASSWORD, PRODUKTE, User, token,
};
use self::server::Server;
