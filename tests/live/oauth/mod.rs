//! Tests of logins at `oidc-provider`, a certified OpenID provider: by a browser, and by a user
//! agent
//! that can do what no browser does.

mod agent;
mod browser;
mod failures;
mod provider;
mod shop;
mod tokens;

use self::agent::Agent;
use self::provider::{API, OPAQUE, Provider};
use self::shop::Shop;
