//! Tests of what the script of a page reads of another origin's errors, in a real browser.

mod patience;
mod reads;
mod service;
mod site;
mod streams;

use self::service::service;
use self::site::Site;
