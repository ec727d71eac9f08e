//! Requests over real sockets: at a rate that does not slow down when the service does, from clients
//! that leave, ten times too many, and bodies that are wrong everywhere.

mod answer;
mod bodies;
mod leaving;
mod load;
mod mistakes;
mod overload;
mod records;
mod small;

pub(crate) use self::answer::Answer;
pub(crate) use self::leaving::leaving;
pub(crate) use self::load::Load;
pub(crate) use self::mistakes::{MISTAKES, mistakes, serve_mistakes};
pub(crate) use self::overload::{SERVE, overload, serve};
pub(crate) use self::small::get;
