//! Requests over real sockets: at a rate that does not slow down with the service, from clients
//! that disconnect, at ten times the capacity, and with bodies that are wrong everywhere.

mod answer;
mod bodies;
mod client;
mod leaving;
mod load;
mod mistakes;
mod overload;
mod pace;
mod records;
mod small;

pub(crate) use self::answer::Answer;
pub(crate) use self::client::Client;
pub(crate) use self::leaving::leaving;
pub(crate) use self::load::Load;
pub(crate) use self::mistakes::{MISTAKES, mistakes, serve_mistakes};
pub(crate) use self::overload::{SERVE, overload, serve};
pub(crate) use self::pace::Pace;
pub(crate) use self::small::get;
