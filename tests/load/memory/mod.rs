//! The store in memory: its latency, its size, and the clients that it forgets.

mod churn;
mod flood;
mod forwarded;
mod growth;
mod quotas;
mod threads;

pub(crate) use self::churn::churn;
pub(crate) use self::flood::flood;
pub(crate) use self::forwarded::forwarded;
pub(crate) use self::growth::{GROW, grow, growth};
use self::quotas::{QUOTAS, is_admitted, key};
pub(crate) use self::threads::threads;
