//! More than production says, for the developer at this machine.
//!
//! Development mode adds members to the body of an error and changes none: its type, its text, its
//! causes, where it happened and the traceback with the source lines. It needs three things at once:
//!
//! 1. the feature `dev`,
//! 2. a call in code: [`ApiErrorLayer::development`](crate::ApiErrorLayer::development) or
//!    [`ApiErrorLayer::mode`](crate::ApiErrorLayer::mode),
//! 3. the environment variable `APP_ENV`, exactly `dev` or `development`.
//!
//! ```
//! use definable_errors::{ApiErrorLayer, Mode};
//!
//! let layer = ApiErrorLayer::new().mode(Mode::from_env());
//! # let _ = layer;
//! ```
//!
//! # Who sees it
//!
//! Only a client on this machine: the peer's address is a loopback address, *and* the `Host` is
//! `localhost`, `127.0.0.1`, `[::1]` or a name below `.localhost` (a web page may make a browser
//! send requests here, but under its own host name), *and* an `Origin` is one of these too (where
//! CORS is wide open, a page from elsewhere reads the answer), *and* no header tells of a proxy in
//! between. Everybody else gets what production sends, byte for byte.
//!
//! The peer's address is axum's `ConnectInfo<SocketAddr>`: serve with
//! `into_make_service_with_connect_info::<SocketAddr>()`. Without it nobody sees anything, and one
//! warning says why. `MockConnectInfo` does not count: it would open the gate for every peer.
//!
//! # What it shows
//!
//! For every 5xx, and for any error with a source: `error_type`, `error_message`, `causes`,
//! `location` and `traceback`; for a refusal that has an [`Explanation`](crate::error::Explanation)
//! also `missing` and `checks`. Frames are told innermost first, at most 64 of them, without the
//! machinery of panics, futures and this library. `own` marks the frames of your code: files below
//! a [source root](Development::source_root) that are no dependency.
//!
//! What looks like a secret is replaced by its length class, such as `[redacted 8-16]`, in texts
//! and in source lines. That is a net, no wall: keep secrets out of error messages.
//!
//! Frames are resolved on one thread of their own, a few errors at a time; an error that finds the
//! queue full is sent without a traceback (X-22).
//!
//! A service's own [`render`](crate::ApiErrorLayer::render) comes first: what it writes stays as it
//! is, and the members are added only to what it leaves to the library.

mod development;
mod frame;
mod gate;
mod log;
mod members;
mod mode;
mod name;
mod redact;
mod render;
mod resolver;
mod roots;
mod stack;
mod switch;
mod symbols;
mod traceback;

pub use self::development::Development;
pub use self::mode::Mode;
