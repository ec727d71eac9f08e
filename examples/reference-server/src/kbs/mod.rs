//! Knowledge bases: what one is, what can go wrong with it, where it is kept, how it is asked for.

mod error;
mod if_match;
mod input;
mod model;
mod routes;
mod store;

use self::error::KbError;
use self::if_match::IfMatch;
use self::input::KbInput;
use self::model::{Kb, Settings};
pub(crate) use self::routes::routes;
