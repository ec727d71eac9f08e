//! Quotas in a real Redis: shared by many, and while it is killed, hangs or loses data under load.

mod admissions;
mod faults;
#[path = "../../live/redis/port.rs"]
mod port;
mod replicas;
#[path = "../../live/redis/server.rs"]
#[expect(dead_code, reason = "the tests of one decision need more of it")]
mod server;
mod service;
mod storm;
mod time;

pub(crate) use self::faults::{closed, forgets, hangs, killed};
pub(crate) use self::replicas::replicas;
use self::server::Server;
pub(crate) use self::service::{SERVE, serve};
pub(crate) use self::time::time;

const SECRET: &str = "shared by all processes";
