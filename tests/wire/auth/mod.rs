//! Who asks. Every statement of "Auth and tokens" that applies has a test that names it.

mod bearer;
mod challenges;
mod guarded;
mod service;
mod subjects;
