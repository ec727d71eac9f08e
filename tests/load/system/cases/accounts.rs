//! Logins, at the server and at a provider, and the caller's own data.

use serde_json::json;

use super::{Case, bad, good};
use crate::system::CANARY;
use crate::system::ask::{Ask, json as parsed};
use crate::system::neighbours::REFUSED_CODE;
use crate::system::world::{PASSWORD, User, World, login, word};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        good("GET /users/me", 200, |world| Ask::get("/users/me").by(world, User::Suspended)),
        good("GET /users/me/organizations", 200, |world| {
            Ask::get("/users/me/organizations").by(world, User::Member)
        }),
        bad("GET /users/me", "by another scheme", &[(401, "missing_credentials")], |_| {
            Ask::get("/users/me").field("authorization", format!("Basic {CANARY}-basic"))
        }),
        bad("GET /users/me", "with two schemes", &[(400, "invalid_authorization")], |world| {
            let basic = format!("Bearer {CANARY}-second");
            Ask::get("/users/me").by(world, User::Owner).field("authorization", basic)
        }),
    ];
    cases.extend(logins());
    cases.extend(refreshes());
    cases.extend(at_a_provider());
    cases
}

fn logins() -> Vec<Case> {
    const LOGIN: &str = "POST /auth/login";
    vec![
        good(LOGIN, 200, |_| login("admin@acme.test", PASSWORD)).then(keep_refresh_token),
        bad(LOGIN, "of an unknown user", &[(401, "invalid_credentials")], |world| {
            login(&format!("{}@elsewhere.test", world.next()), &format!("{CANARY}-password"))
        }),
        bad(
            LOGIN,
            "with a wrong password",
            &[(401, "invalid_credentials"), (429, "rate_limited")],
            |_| login("invited@acme.test", &format!("{CANARY}-password")),
        ),
        bad(LOGIN, "of a locked account", &[(403, "account_locked")], |_| {
            login("locked@acme.test", PASSWORD)
        }),
        bad(LOGIN, "with a misspelled member", &[(400, "validation_failed")], |_| {
            let body = json!({"email": 7, "pasword": format!("{CANARY}-pasword")});
            Ask::post("/auth/login").json(&body)
        }),
        bad(LOGIN, "that is not JSON", &[(400, "malformed_body")], |_| {
            let body = format!(r#"{{"email": "owner@acme.test", "password": "{CANARY}-half"#);
            Ask::post("/auth/login").content("application/json", body)
        }),
        bad(LOGIN, "as a form", &[(415, "unsupported_media_type")], |_| {
            let body = format!("email=owner%40acme.test&password={CANARY}-form");
            Ask::post("/auth/login").content("application/x-www-form-urlencoded", body)
        }),
    ]
}

fn refreshes() -> Vec<Case> {
    const REFRESH: &str = "POST /auth/refresh";
    let refresh = |token: String| Ask::post("/auth/refresh").json(&json!({"refresh_token": token}));
    vec![
        good(REFRESH, 200, move |world| refresh(world.refresh_tokens.take()))
            .then(keep_refresh_token),
        bad(REFRESH, "with an unknown token", &[(401, "invalid_token")], move |_| {
            refresh(format!("{CANARY}-refresh-token"))
        }),
        bad(REFRESH, "without a body", &[(400, "malformed_body")], |_| {
            Ask::post("/auth/refresh").content("application/json", "")
        }),
        bad(REFRESH, "larger than 2 MiB", &[(413, "payload_too_large")], |_| {
            let body = format!(r#"{{"refresh_token": "{}"}}"#, CANARY.repeat(400_000));
            Ask::post("/auth/refresh").content("application/json", body)
        }),
    ]
}

fn at_a_provider() -> Vec<Case> {
    const CALLBACK: &str = "GET /oauth/callback";
    vec![
        good("GET /oauth/start", 303, |_| Ask::get("/oauth/start").query("return_to=/docs"))
            .then(World::begin_login),
        // For the callback with a code that is refused.
        good("GET /oauth/start", 303, |_| Ask::get("/oauth/start")).then(World::begin_login),
        bad("GET /oauth/start", "with a doubled parameter", &[(400, "validation_failed")], |_| {
            Ask::get(format!("/oauth/start?return_to={CANARY}&return_to=/"))
        }),
        good(CALLBACK, 200, |world| callback(world, &format!("{CANARY}-code"))),
        bad(CALLBACK, "with a refused code", &[(400, "oauth_login_expired")], |world| {
            callback(world, REFUSED_CODE)
        }),
        bad(CALLBACK, "of another browser", &[(400, "oauth_login_expired")], |_| {
            Ask::get(format!("/oauth/callback?code={CANARY}-code&state={CANARY}-state"))
        }),
    ]
}

fn callback(world: &World, code: &str) -> Ask {
    let login = world.logins.take();
    let (cookie, state) = login.split_once(' ').unwrap_or_default();
    Ask::get(format!("/oauth/callback?code={code}&state={state}")).field("cookie", cookie)
}

fn keep_refresh_token(world: &World, response: &http::Response<bytes::Bytes>) {
    let token = word(&parsed(response.body()), "refresh_token");
    // Logins add more tokens than refreshes use up.
    if world.refresh_tokens.len() < 64 {
        world.refresh_tokens.add(token);
    }
}
