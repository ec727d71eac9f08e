//! Tests against other implementations: tokens that `PyJWT` and jose sign and verify, keys that a
//! real issuer publishes, logins at a certified `OpenID` provider, pages in a real browser, quotas in
//! a real Redis, errors of a real PostgreSQL, replicas of the reference server, clients that respect
//! `Retry-After`, an upstream service that fails in every way, tools that read its OpenAPI document, the
//! pages of a catalog in a browser and its client in TypeScript, the pages of development mode in a
//! browser. `tests/run tools` installs them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod browser;
mod catalog;
mod clients;
mod development;
mod installed;
mod oauth;
mod openapi;
mod patience;
mod postgres;
mod redis;
mod reference_server;
mod replicas;
mod tab;
mod tokens;
mod upstream;
