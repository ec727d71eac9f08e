//! What clients of the reference server get, from the real program over HTTP.

mod batch;
mod client;
mod debug;
mod documents;
mod kbs;
mod operators;
mod server;
mod settings;
mod surroundings;

use self::client::{ACME, Answer, GLOBEX, HANDBOOK};
use self::server::Server;
