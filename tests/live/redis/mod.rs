//! Tests of quotas in a real Redis that is killed, hangs, is slow, loses its data and returns
//! errors.

mod answers;
mod client;
mod clocks;
mod decisions;
mod failures;
mod figures;
mod liar;
mod load;
mod model;
mod news;
mod port;
mod processes;
mod proxy;
mod server;
mod shared;

use self::client::{Latencies, SECRET, admitted, ask, ask_one, key, patient, until};
use self::liar::Liar;
use self::load::Load;
pub(crate) use self::port::Port;
use self::proxy::Proxy;
use self::server::Server;
