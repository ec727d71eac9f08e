//! Logins at an OAuth provider, for users whose address the provider has verified.
//!
//! With the settings `OAUTH_*` users log in at that issuer. Without them there is no such login in
//! production, and in development the provider is a part of this server, with a switch for each
//! failure.

mod demo;
mod demo_page;
mod provider;
mod routes;

use self::demo::DemoProvider;
pub(crate) use self::demo::routes as demo_routes;
pub use self::provider::{OAuth, OAuthSettings};
pub(crate) use self::routes::{Operations, routes};
