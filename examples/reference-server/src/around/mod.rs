//! The middleware around the routes: CORS, errors, deadline, limits.

mod address_quota;
mod cors_origins;
mod deadline;
mod limits;
mod stack;

pub use self::address_quota::AddressQuota;
pub use self::cors_origins::CorsOrigins;
pub use self::deadline::Deadline;
pub use self::limits::Limits;
pub use self::stack::{errors, stack};
