//! Requests over real sockets: at a rate that does not slow down when the service does, from clients
//! that leave, and ten times too many.

mod answer;
mod leaving;
mod load;
mod overload;
mod records;
mod small;

pub(crate) use self::answer::Answer;
pub(crate) use self::leaving::leaving;
pub(crate) use self::load::Load;
pub(crate) use self::overload::{SERVE, overload, serve};
pub(crate) use self::small::get;
