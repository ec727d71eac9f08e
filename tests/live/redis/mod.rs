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
mod outage_log;
mod processes;
mod proxy;
mod shared;

use support::port::Port;
use support::redis::Server;

use self::client::{SECRET, admitted, ask, ask_one, key, patient, patient_builder, until};
use self::liar::Liar;
use self::load::Load;
use self::proxy::Proxy;
