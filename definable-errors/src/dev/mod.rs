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
//! A *plain local client* sees it without more ado. That is a request
//!
//! * from a peer with a loopback address,
//! * in HTTP/1.1 or HTTP/2,
//! * whose `Host` is `localhost`, a name below `.localhost`, an address of `127.0.0.0/8` or `[::1]`,
//!   with any port (a web page can make a browser send requests here, but under its own host name),
//! * whose `Origin` and `Referer`, if any, are such a host too (where CORS is wide open, a page from
//!   elsewhere reads the answer),
//! * all of whose header fields are those that browsers, `curl`, libraries for HTTP and front ends
//!   send by themselves. Any other field may be a proxy's. Fields that your own clients send are
//!   named by [`Development::client_field`];
//! * whose `Connection` is what that client sends: `close` comes from a proxy, unless there is no
//!   `User-Agent` or it is a library's that closes connections by itself.
//!
//! Everybody else gets what production sends, byte for byte, and one warning a reason says why.
//!
//! **The start-up token** opens it for everybody else: behind a proxy, in a container, from another
//! machine. It has 128 bits of the system's generator, is new at each start, and is logged once, when
//! development mode is switched on. A `GET` of any page of the service with
//! `?definable_dev_token=…` is answered by the layer, with a redirect to the same page and a cookie
//! (`HttpOnly`, `SameSite=Strict`), so the token stays in no history and in no `Referer`. Other
//! clients than browsers send the cookie themselves: `curl -b definable_dev_token=…`. A service that
//! prints its address at the start prints [`token_link`] with it.
//!
//! **What cannot be told from a plain local client** is a relay on this machine that passes on bytes,
//! such as `socat` or an SSH tunnel, or a proxy that adds no field of its own, such as haproxy without
//! `option forwardfor`, when the client at its other end sends `Host: localhost` on purpose; and a
//! proxy that replaces the `Host` by `127.0.0.1`, keeps connections and adds nothing, such as nginx
//! with `proxy_http_version 1.1` and `proxy_set_header Connection ""`. Do not run development mode
//! behind one of these, or use [`Development::token_only`].
//!
//! The peer's address is axum's `ConnectInfo<SocketAddr>`, which `definable_errors::serve` provides, as
//! does `into_make_service_with_connect_info::<SocketAddr>()`. Without it no client counts as a plain
//! local one. `MockConnectInfo` is not believed: it would open the gate for every peer.
//!
//! # What it shows
//!
//! For every 5xx, and for any error with a source: `error_type`, `error_message`, `causes`,
//! `location` and `traceback`; for a refusal that has an [`Explanation`](crate::error::Explanation)
//! also `missing` and `checks`. Frames are listed innermost first, at most 64 of them, without the
//! machinery of panics, futures and this library.
//!
//! `own` marks the frames of your code: everything but the code of registries, of repositories that
//! Cargo checked out, of `cargo vendor` and build scripts, of the toolchain, of this library and of
//! its derive. Files are named relative to the directory that they were compiled in (for a
//! workspace, its root), whatever the working directory is, and the lines of own frames are read from
//! there, or from a [source root](Development::source_root) if the sources were moved. A traceback
//! without own frames begins with a remark, `<no frame of your code: …>`, that says how to get one.
//!
//! What may be a secret is replaced by its length class, such as `[redacted 8-16]`, in texts and in
//! source lines. Of the pairs of queries, forms, header dumps and environments only what is known to
//! be harmless is shown (`page=2`, `Content-Type: …`); in sentences, what has the name or the shape of
//! a secret is masked. A secret that looks like an ordinary word of a sentence passes, so keep
//! secrets out of error messages.
//!
//! Frames are resolved on one thread of their own, a few errors at a time; an error that finds the
//! queue full is sent without a traceback.
//!
//! A service's own [`render`](crate::ApiErrorLayer::render) comes first: what it writes stays as it
//! is, and the members are added only to what it leaves to the library.

mod client_fields;
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
mod token;
mod traceback;

pub use self::development::Development;
pub use self::mode::Mode;
pub use self::token::token_link;
