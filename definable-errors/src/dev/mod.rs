//! Development mode: more details than in production, for the developer at this machine.
//!
//! A browser gets a page that shows what failed, where and why; programs get the same as JSON,
//! Markdown or plain text; each 5xx is printed in the terminal; and `/__errors` lists the recent
//! errors. Status, headers and the members that production sends stay the same.
//!
//! Development mode needs three things at once:
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
//! Start the service with `APP_ENV=dev`, open a route that fails in a browser on the same machine,
//! and the page is there.
//!
//! # The page
//!
//! A request that prefers `text/html` gets one document that loads nothing, and works without
//! scripts:
//!
//! * the type of the error, its text, its causes and notes, the code and the status, and the request.
//!   The type of a cause is shown if it is one of the standard library, of this library, or of a crate
//!   that this library uses: Rust knows no name for others;
//! * the frames of your code, the first one with its source open and the line marked. Frames of
//!   dependencies between them are collapsed;
//! * what happened during the request: its spans, events and statements for the database, with
//!   [`timeline`];
//! * the body that clients get in production;
//! * the request: headers, query, path parameters, caller, and the first 16 KiB of the body, as far as
//!   the service had read it. Secrets are masked;
//! * hints that the error itself has ([`with_hint`](crate::ApiError::with_hint), `#[api(hint = "…")]`),
//!   and, if the layer has [the table of the routes](crate::ApiErrorLayer::routes), the routes that a
//!   404 may have meant, the methods that a 405 allows, errors that the route does not declare, and a
//!   link to the page of the problem type in the catalog;
//! * the environment: [the build](Development::build), [facts](Development::fact), the versions of the
//!   crates in the traceback, and [chosen variables](Development::variables);
//! * buttons that copy the error as Markdown, as a prompt for an agent, and the request as a command
//!   for `curl`.
//!
//! `j` and `k` go through the frames, `/` filters them, `m` hides those of dependencies, and `c` copies
//! the error as Markdown. Links open files in your [editor](Development::editor).
//!
//! ```
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::dev::{Development, Editor};
//!
//! let settings = Development::new()
//!     .editor(Editor::ZED)
//!     .build(definable_errors::build_info!())
//!     .fact("Region", "eu-1")
//!     .variables(["DATABASE_URL"]);
//! let layer = ApiErrorLayer::new().development_with(settings);
//! # let _ = layer;
//! ```
//!
//! `Accept: text/markdown` and `text/plain` get the same after what production sends. If the page
//! itself cannot be written, a plain text is sent.
//!
//! # Recent errors
//!
//! Browsers do not show the errors of `fetch` calls, and programs do not show HTML. `/__errors` lists
//! the errors of the last requests, at most 50 of them and 2 MiB, grouped by code and place;
//! `/__errors/{id}` shows one, by its request id or by the UUID of its `instance`. Both are pages for
//! browsers, Markdown for `text/markdown`, and JSON for all others. The layer answers these requests
//! itself, before the router, and only to clients that see the page; for others the path does not
//! exist. A button on the page clears the list.
//!
//! # The terminal
//!
//! Each 5xx, whoever sent the request, is printed to standard error with its causes, the frames of
//! your code, and two lines around each of them:
//!
//! ```text
//! 500 internal_error POST /orders 0198f0d2-6c1e-7c3a-9f5b-3f0d3c1b2a11
//! shop::orders::OrderError: storage failed
//!   because no such table: orders
//!   shop::orders::pay src/orders.rs:41
//!        39 │ async fn pay(State(pool): State<Pool>) -> Result<(), ApiError> {
//!        40 │     let query = query("SELECT id FROM orders");
//!   >    41 │     let row = query.fetch_one(&pool).await?;
//!        42 │     Ok(())
//!        43 │ }
//! ```
//!
//! It is coloured if standard error is a terminal and `NO_COLOR` is not set. Control characters of
//! texts are shown as `\x1b`. [`Development::without_terminal`] switches it off.
//!
//! # Who sees it
//!
//! A *plain local client* sees it without further steps. That is a request
//!
//! * from a peer with a loopback address,
//! * in HTTP/1.1 or HTTP/2,
//! * whose `Host` is `localhost`, a name below `.localhost`, an address of `127.0.0.0/8` or
//!   `[::1]`, with any port (a web page can make a browser send requests here, but under its own host
//!   name),
//! * whose `Origin` and `Referer`, if present, are also such a host (if CORS is wide open, a page
//!   from elsewhere reads the response),
//! * whose header fields are all among those that browsers, `curl`, HTTP libraries and front ends
//!   send by themselves. Any other field may be a proxy's. Add the fields that your own clients send
//!   with [`Development::client_header`];
//! * whose `Connection` is what that client sends: `close` comes from a proxy, unless there is no
//!   `User-Agent` or it is that of a library that closes connections by itself.
//!
//! All other clients get what production sends, byte for byte, and one warning per reason is
//! logged, with the remedy.
//!
//! **A dev container or another name of this machine** is allowed on purpose: the requests of a
//! browser on the host reach a container from the gateway of its network, and
//! [`Development::trust_peer`] names that address; [`Development::trust_host`] names a host such as
//! `shop.test` in `/etc/hosts`.
//!
//! ```
//! use std::net::Ipv4Addr;
//!
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::dev::{Development, Editor};
//!
//! let container = Development::new()
//!     .trust_peer(Ipv4Addr::new(172, 17, 0, 1))
//!     .trust_host("shop.test")
//!     .source_root("/app")
//!     .editor(Editor::VS_CODE.map_path("/app", "/home/me/shop"));
//! let layer = ApiErrorLayer::new().development_with(container);
//! # let _ = layer;
//! ```
//!
//! **The start-up token** opens it for all other clients: behind a proxy, in a container, from
//! another machine. It has 128 bits from the system's generator, is new at each start, and is
//! logged once, when development mode is switched on. The layer answers a `GET` of any page of the
//! service with `?definable_dev_token=…` by a redirect to the same page and a cookie (`HttpOnly`,
//! `SameSite=Strict`), so the token stays out of the history and the `Referer`. Clients other than
//! browsers send the cookie themselves: `curl -b definable_dev_token=…`. A service that prints its
//! address at startup can add [`token_link`] to it.
//!
//! **Some requests look like those of a plain local client**: those of a relay on this machine that
//! passes on bytes, such as `socat` or an SSH tunnel, or of a proxy that adds no field of its own,
//! such as haproxy without `option forwardfor`, if the client at its other end sends
//! `Host: localhost` on purpose; and those of a proxy that replaces the `Host` by `127.0.0.1`,
//! keeps connections open and adds nothing, such as nginx with `proxy_http_version 1.1` and
//! `proxy_set_header Connection ""`. Do not run development mode behind one of these, or use
//! [`Development::token_only`].
//!
//! The peer's address is axum's `ConnectInfo<SocketAddr>`, which `definable_errors::serve`
//! provides, as does `into_make_service_with_connect_info::<SocketAddr>()`. Without it no client
//! counts as a plain local one. `MockConnectInfo` is ignored, because it would open the gate for
//! every peer.
//!
//! # The members of JSON
//!
//! For every 5xx, and for any error with a source: `error_type`, `error_message`, `causes`,
//! `location` and `traceback`; for a rejection with an [`Explanation`](crate::error::Explanation)
//! also `missing` and `checks`. Frames are listed innermost first, at most 64 of them, without the
//! machinery of panics, futures and this library.
//!
//! `own` marks the frames of your code: everything but the code of registries, of repositories that
//! Cargo checked out, of `cargo vendor` and build scripts, of the toolchain, of this library and of
//! its derive. File names are relative to the directory that the files were compiled in (for a
//! workspace, its root), whatever the working directory is, and the lines of own frames are read
//! from there, or from a [source root](Development::source_root) if the sources were moved. A
//! traceback without own frames begins with a remark, `<no frame of your code: …>`, that explains
//! how to get one.
//!
//! A value that may be a secret is replaced by its length class, such as `[redacted 8-16]`, in
//! texts and in source lines. Of the pairs of queries, forms, header dumps and environments only
//! those that are known to be harmless are shown (`page=2`, `Content-Type: …`); in sentences, what
//! has the name or the shape of a secret is masked. A secret that looks like an ordinary word of a
//! sentence is not detected, so keep secrets out of error messages.
//!
//! Frames are resolved on one thread of their own, a few errors at a time; an error that finds the
//! queue full is sent without a traceback.
//!
//! A service's own [`render`](crate::ApiErrorLayer::render) is called first: what it writes stays
//! unchanged, and the members are added only to what it leaves to the library.

mod build_info;
mod causes;
mod client_fields;
mod details;
mod development;
mod editor;
mod gate;
mod mode;
mod name;
mod package;
mod page;
mod recent;
mod redact;
mod render;
mod request;
mod resolver;
mod roots;
mod routes;
mod runs;
mod snippet;
mod stack;
mod terminal;
mod texts;
mod timeline;
mod token;
mod traceback;

pub use self::build_info::BuildInfo;
pub use self::development::Development;
pub use self::editor::Editor;
pub use self::mode::Mode;
pub use self::timeline::timeline;
pub use self::token::token_link;

#[cfg(test)]
mod temporary;
