//! Key sources that identify a client by its request.

mod address;
mod caller;
mod global;
mod header_field;
mod route;

pub use self::address::Address;
pub use self::caller::Caller;
pub use self::global::Global;
pub use self::header_field::HeaderField;
pub use self::route::Route;
