//! Tests of logins at the built-in provider, with every switch of its page.

use axum::Router;
use axum::routing::{get, post};
use definable_errors::extract::Json;
use serde_json::{Value, json};

use crate::server::program;
use crate::{Answer, Server, User};

/// A browser: it keeps the cookies of the server, and stops at every redirect.
#[derive(Debug, Default)]
struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    async fn get(&mut self, url: &str) -> Answer {
        let redirect = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        let answer = Answer::to(client.get(url).header("cookie", cookies)).await;
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !set.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// Logs in at the provider's page, and returns the response to the callback.
    async fn log_in(&mut self, server: &Server, user: &str, outcome: &str) -> Answer {
        let start = format!("{}/oauth/start?return_to=/kbs", server.url);
        let started = self.get(&start).await;
        assert_eq!(started.status, 303);
        let page = started.header("location").to_owned();
        let shown = self.get(&page).await;
        assert!(shown.status == 200 && shown.text.contains("<h1>Demo provider</h1>"));
        assert!(shown.text.contains(&format!("<option>{user}</option>")));
        assert!(shown.text.contains(&format!("<option>{outcome}</option>")));
        let chosen = self.get(&format!("{page}&user={user}&outcome={outcome}")).await;
        assert_eq!(chosen.status, 303);
        let callback = chosen.header("location").to_owned();
        assert!(callback.starts_with(&format!("{}/oauth/callback?", server.url)), "{callback}");
        self.get(&callback).await
    }
}

#[tokio::test]
async fn user_logs_in_and_gets_tokens_of_this_service() {
    let server = Server::development();
    let mut browser = Browser::default();
    let answer = browser.log_in(&server, "member@acme.test", "success").await;
    let session = answer.json(200);
    assert_eq!((&session["token_type"], &session["return_to"]), (&"Bearer".into(), &"/kbs".into()));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(browser.cookies.is_empty());
    let me = server.anonymous("GET", "/users/me");
    let me = Answer::to(me.bearer_auth(session["access_token"].as_str().unwrap())).await.json(200);
    assert_eq!(me["id"], User::Member.id());
    let refresh = json!({"refresh_token": session["refresh_token"]});
    assert_eq!(server.send("POST", "/auth/refresh", &refresh).await.status, 200);
}

#[tokio::test]
async fn every_switch_of_the_page_has_its_problem() {
    let server = Server::development();
    for (outcome, status, code) in [
        ("access_denied", 403, "oauth_access_denied"),
        ("invalid_scope", 502, "upstream_failed"),
        ("unauthorized_client", 502, "upstream_failed"),
        ("server_error", 503, "service_unavailable"),
        ("temporarily_unavailable", 503, "service_unavailable"),
        ("other_issuer", 400, "oauth_login_expired"),
        ("other_state", 400, "oauth_login_expired"),
        ("invalid_grant", 400, "oauth_login_expired"),
        ("invalid_client", 502, "upstream_failed"),
        ("unsupported_grant_type", 502, "upstream_failed"),
        ("redirect_uri_mismatch", 502, "upstream_failed"),
        ("not_json", 502, "upstream_failed"),
        ("unverified_email", 403, "oauth_unknown_user"),
    ] {
        let mut browser = Browser::default();
        let answer = browser.log_in(&server, "member@acme.test", outcome).await;
        let problem: Value = answer.json(status);
        assert_eq!(problem["code"], code, "{outcome}");
    }
}

#[tokio::test]
async fn provider_does_not_open_locked_or_unknown_accounts() {
    let server = Server::development();
    let mut browser = Browser::default();
    let locked = browser.log_in(&server, "locked@acme.test", "success").await;
    assert_eq!(locked.json(403)["code"], "account_locked");
    let stranger = browser.log_in(&server, "stranger@elsewhere.test", "success").await;
    assert_eq!(stranger.json(403)["code"], "oauth_unknown_user");
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn provider_refuses_a_redirect_uri_that_is_not_registered() {
    let server = Server::development();
    let started = Browser::default().get(&format!("{}/oauth/start", server.url)).await;
    let page = started.header("location").replace("callback", "elsewhere");
    let answer = Browser::default().get(&page).await;
    assert_eq!(answer.json(400)["code"], "bad_request");
}

#[tokio::test]
async fn token_endpoint_of_the_provider_answers_in_the_format_of_oauth() {
    let server = Server::development();
    let form = [("grant_type", "authorization_code"), ("code", "made-up")];
    let form = form.iter().chain(&[("redirect_uri", ""), ("code_verifier", "")]);
    let body: Vec<_> = form.map(|(name, value)| format!("{name}={value}")).collect();
    let request = server.anonymous("POST", "/demo-provider/token").body(body.join("&"));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = Answer::to(request).await;
    assert_eq!(answer.json(400), json!({"error": "invalid_grant"}));
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn production_without_a_provider_has_no_such_routes() {
    let server = Server::production();
    for path in
        ["/oauth/start", "/oauth/callback?code=a&state=b", "/oauth", "/demo-provider/authorize"]
    {
        server.get(path).await.problem(404, "route_not_found");
    }
    assert!(!server.greeting.contains("/oauth/start"));
    assert!(Server::development().greeting.contains("/oauth/start"));
}

/// An issuer that vouches for one address, whatever code it gets.
async fn issuer() -> String {
    let (listener, address) = support::bind().await;
    let url = format!("http://{address}");
    let metadata = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "authorization_response_iss_parameter_supported": true,
    });
    let tokens = json!({"access_token": "of the issuer", "token_type": "Bearer"});
    let user = json!({"sub": "7", "email": "owner@acme.test", "email_verified": true});
    let app = Router::new()
        .route("/.well-known/openid-configuration", get(|| async { Json(metadata) }))
        .route("/token", post(|| async { Json(tokens) }))
        .route("/userinfo", get(|| async { Json(user) }));
    tokio::spawn(async { axum::serve(listener, app).await });
    url
}

#[tokio::test]
async fn user_logs_in_at_the_issuer_of_the_settings() {
    let issuer = issuer().await;
    let server = Server::with(&[
        ("OAUTH_ISSUER", &*issuer),
        ("OAUTH_CLIENT_ID", "kbs"),
        ("OAUTH_CLIENT_SECRET", "hunter2"),
        ("OAUTH_REDIRECT_URI", "https://kbs.example/oauth/callback"),
        ("COOKIE_KEY", "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO"),
    ]);
    let mut browser = Browser::default();
    let started = browser.get(&format!("{}/oauth/start", server.url)).await;
    let location = started.header("location").to_owned();
    assert!(location.starts_with(&format!("{issuer}/authorize?")), "{location}");
    assert!(location.contains("redirect_uri=https%3A%2F%2Fkbs.example%2Foauth%2Fcallback"));
    let (_, state) = location.split_once("&state=").unwrap();
    let state = state.split('&').next().unwrap();
    let callback = format!("{}/oauth/callback?code=any&state={state}", server.url);
    let mut other = Browser { cookies: browser.cookies.clone() };
    let unnamed = other.get(&callback).await;
    assert_eq!(unnamed.json(400)["code"], "oauth_login_expired");
    let session = browser.get(&format!("{callback}&iss={issuer}")).await.json(200);
    let me = server.anonymous("GET", "/users/me");
    let me = Answer::to(me.bearer_auth(session["access_token"].as_str().unwrap())).await.json(200);
    assert_eq!(me["id"], User::Owner.id());
    assert!(!server.log().contains("hunter2"));
}

#[tokio::test]
async fn issuer_that_is_down_is_unavailable_and_the_log_says_why() {
    let server = Server::with(&[
        ("OAUTH_ISSUER", "http://127.0.0.1:1"),
        ("OAUTH_CLIENT_ID", "kbs"),
        ("OAUTH_REDIRECT_URI", "https://kbs.example/oauth/callback"),
    ]);
    let problem = server.get("/oauth/start").await.problem(503, "service_unavailable");
    assert_eq!(problem["retry_after"], 5);
    let log = server.log();
    assert!(log.contains("COOKIE_KEY is not set"), "{log}");
    assert!(log.contains("cannot be fetched: OAuth provider: the call failed"), "{log}");
}

#[test]
fn incomplete_or_insecure_settings_are_refused_in_one_sentence() {
    let complete = [
        ("OAUTH_ISSUER", "https://id.example"),
        ("OAUTH_CLIENT_ID", "kbs"),
        ("OAUTH_REDIRECT_URI", "https://kbs.example/oauth/callback"),
    ];
    let refused = |settings: &[(&str, &str)]| {
        let output = program(settings).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        let last = text.lines().last().unwrap().to_owned();
        assert!(!last.contains("hunter2"), "{last}");
        last
    };
    for missing in 0..3 {
        let mut settings = complete.to_vec();
        settings.remove(missing);
        assert!(refused(&settings).contains("are set together"));
    }
    assert!(refused(&[("OAUTH_CLIENT_SECRET", "hunter2")]).contains("are set together"));
    for (name, value) in [
        ("OAUTH_ISSUER", "http://hunter2.example"),
        ("OAUTH_REDIRECT_URI", "http://hunter2.example/oauth/callback"),
        ("COOKIE_KEY", "hunter2"),
    ] {
        let mut settings = complete.to_vec();
        settings.retain(|(known, _)| *known != name);
        settings.push((name, value));
        assert!(refused(&settings).starts_with(name), "{name}");
    }
}
