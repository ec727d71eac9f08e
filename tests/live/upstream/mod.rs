//! Tests of calls to a service that fails in every way while many clients wait for it, and of calls
//! to a service with a certificate of a private authority.

mod faults;
mod faulty;
mod once;
mod recovery;
mod server;
mod tls;

use self::faulty::{Faulty, Mode, SECRET};
use self::server::{Reply, Server};
