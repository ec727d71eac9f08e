//! Quotas in a real Redis: shared by many, and while it is killed, hangs or loses data under load.

mod admissions;
mod faults;
mod replicas;
mod service;
mod storm;
mod time;

use support::redis::Server;

pub(crate) use self::faults::{closed, forgets, hangs, killed};
pub(crate) use self::replicas::replicas;
pub(crate) use self::service::{SERVE, serve};
pub(crate) use self::time::time;

const SECRET: &str = "shared by all processes";
