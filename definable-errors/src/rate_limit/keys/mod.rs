//! Who asks, as far as a request tells.

mod address;
mod caller;
mod everybody;
mod header_field;
mod route;

pub use self::address::Address;
pub use self::caller::Caller;
pub use self::everybody::Everybody;
pub use self::header_field::HeaderField;
pub use self::route::Route;
