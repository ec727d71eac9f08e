//! What clients of the reference server get, from the real program over HTTP.

mod accounts;
mod batch;
mod client;
mod debug;
mod documents;
mod files;
mod hooks;
mod kbs;
mod members;
mod operators;
mod secrets;
mod server;
mod settings;
mod surroundings;
mod tokens;
mod who_may;

use self::client::{ACME, Answer, GLOBEX, HANDBOOK, PASSWORD, PRODUKTE, User, token};
use self::server::Server;
