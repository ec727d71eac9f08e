//! Logins at an OAuth provider, for users whose address the provider has verified.
//!
//! With the settings `OAUTH_*` users log in at that issuer. Without them there is no such login in
//! production, and in development the provider is a part of this server, with a switch for each
//! failure.

mod demo;
mod demo_page;
mod problems;
mod provider;
mod routes;
mod settings;

use self::demo::DemoProvider;
pub(crate) use self::demo::routes as demo_routes;
use self::problems::{CallbackProblems, OAuthLoginError, StartProblems};
pub use self::provider::OAuth;
pub(crate) use self::routes::{Operations, routes};
pub use self::settings::OAuthSettings;
