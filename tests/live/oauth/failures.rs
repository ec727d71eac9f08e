//! Tests of logins that fail, at a provider that really checks what it receives.

use std::time::Duration;

use definable_errors::oauth::{OAuthClient, OAuthProviderError};
use support::needs;
use url::Url;

use super::{Agent, Shop};

/// Calls a callback, and returns the status with the code of the problem.
async fn failed(agent: &mut Agent, callback: &str) -> (u16, String) {
    let answer = agent.get(callback).await;
    (answer.status.as_u16(), answer.code())
}

fn expired() -> (u16, String) {
    (400, "oauth_login_expired".to_owned())
}

fn param(url: &str, name: &str) -> String {
    let url: Url = url.parse().unwrap();
    url.query_pairs().find(|(found, _)| found == name).unwrap().1.into_owned()
}

/// Returns the reason in the log of the last failure.
fn reason(shop: &Shop) -> String {
    let records = shop.recorder.records();
    let last = records.last().unwrap();
    format!("{} {}", last.notes, last.chain)
}

#[tokio::test]
async fn callback_works_once() {
    needs!(Node);
    let shop = Shop::open().await;
    let mut agent = Agent::default();
    let callback = agent.log_in(&shop, "").await;
    let mut thief = agent.clone();
    assert_eq!(agent.get(&callback).await.status, 303);
    assert_eq!(failed(&mut agent, &callback).await, expired());
    assert!(reason(&shop).contains("no cookie"), "{}", reason(&shop));
    // One who also copied the cookie is refused by the provider: the code is used.
    assert_eq!(failed(&mut thief, &callback).await, expired());
    assert!(reason(&shop).contains("invalid_grant"), "{}", reason(&shop));
}

#[tokio::test]
async fn two_tabs_log_in_independently() {
    needs!(Node);
    let shop = Shop::open().await;
    let mut agent = Agent::default();
    let first = agent.log_in(&shop, "return_to=/welcome?first").await;
    let second = agent.log_in(&shop, "return_to=/welcome?second").await;
    for (callback, page) in [(second, "/welcome?second"), (first, "/welcome?first")] {
        let answer = agent.get(&callback).await;
        assert_eq!(answer.header("location"), Some(page));
    }
}

#[tokio::test]
async fn callback_of_another_browser_is_refused() {
    needs!(Node);
    let shop = Shop::open().await;
    let (mut attacker, mut victim) = (Agent::default(), Agent::default());
    let callback = attacker.log_in(&shop, "").await;
    let _own = victim.log_in(&shop, "").await;
    assert_eq!(failed(&mut victim, &callback).await, expired());
    assert!(shop.last_login().is_none());
}

#[tokio::test]
async fn callback_that_names_another_issuer_is_refused() {
    needs!(Node);
    let shop = Shop::open().await;
    let mut agent = Agent::default();
    let callback = agent.log_in(&shop, "").await;
    assert_eq!(param(&callback, "iss"), shop.provider.issuer);
    let mut other = agent.clone();
    let iss: String =
        url::form_urlencoded::byte_serialize(shop.provider.issuer.as_bytes()).collect();
    let mixed_up = callback.replace(&format!("iss={iss}"), "iss=https%3A%2F%2Fevil.example");
    assert_ne!(mixed_up, callback);
    assert_eq!(failed(&mut agent, &mixed_up).await, expired());
    // The provider announces that it always names itself.
    let unnamed = callback.replace(&format!("iss={iss}"), "");
    assert_eq!(failed(&mut other, &unnamed).await, expired());
    assert!(shop.last_login().is_none());
}

#[tokio::test]
async fn login_that_took_too_long_is_refused() {
    needs!(Node);
    let shop = Shop::open().await;
    let mut agent = Agent::default();
    let callback = agent.log_in(&shop, "").await;
    *shop.lateness.lock().unwrap() = Duration::from_secs(601);
    assert_eq!(failed(&mut agent, &callback).await, expired());
    assert!(reason(&shop).contains("took too long"), "{}", reason(&shop));
}

/// The provider compares the verifier with the challenge (RFC 7636 §4.6).
#[tokio::test]
async fn code_of_another_login_has_the_wrong_verifier() {
    needs!(Node);
    let shop = Shop::open().await;
    let mut agent = Agent::default();
    let first = agent.log_in(&shop, "").await;
    let second = agent.log_in(&shop, "").await;
    let injected = second.replace(&param(&second, "code"), &param(&first, "code"));
    assert_eq!(failed(&mut agent, &injected).await, expired());
    assert!(reason(&shop).contains("invalid_grant"), "{}", reason(&shop));
}

#[tokio::test]
async fn wrong_client_secret_is_a_bad_gateway() {
    needs!(Node);
    let shop = Shop::with(|builder| builder.client_secret("wrong")).await;
    let mut agent = Agent::default();
    let callback = agent.log_in(&shop, "").await;
    assert_eq!(failed(&mut agent, &callback).await, (502, "upstream_failed".to_owned()));
    assert!(reason(&shop).contains("invalid_client"), "{}", reason(&shop));
}

#[tokio::test]
async fn client_that_may_not_refresh_is_a_bad_gateway() {
    needs!(Node);
    let shop = Shop::open().await;
    let kiosk = OAuthClient::builder("kiosk")
        .client_secret("another secret")
        .metadata(&shop.provider.metadata().await)
        .redirect_uri(shop.callback())
        .random_cookie_key()
        .build()
        .unwrap();
    let error = kiosk.refresh("made-up").await.unwrap_err();
    assert_eq!(error.problem().code(), "upstream_failed");
    let source = error.downcast_ref::<OAuthProviderError>().unwrap();
    assert_eq!(source.code(), Some("invalid_request"));
    let error = shop.client.refresh("made-up").await.unwrap_err();
    assert_eq!(error.problem().code(), "oauth_login_expired");
}

#[tokio::test]
async fn provider_that_is_gone_is_a_bad_gateway() {
    needs!(Node);
    let mut shop = Shop::open().await;
    let mut agent = Agent::default();
    let callback = agent.log_in(&shop, "").await;
    shop.provider.kill();
    assert_eq!(failed(&mut agent, &callback).await, (502, "upstream_failed".to_owned()));
}

#[tokio::test]
async fn silent_login_without_a_session_can_be_started_again() {
    needs!(Node);
    let shop = Shop::with(|builder| builder.scopes(["openid"])).await;
    let mut agent = Agent::default();
    let answer = agent.get(&shop.start("")).await;
    let silent = answer.header("location").unwrap().replace("prompt=consent", "prompt=none");
    let callback = agent.at_provider(&shop, silent).await;
    assert_eq!(failed(&mut agent, &callback).await, expired());
    assert!(reason(&shop).contains("login_required"), "{}", reason(&shop));
}

/// Each is a fault of the registration, or of what the service requests.
#[tokio::test]
async fn request_that_the_provider_rejects_is_a_bad_gateway() {
    needs!(Node);
    let shop = Shop::open().await;
    for (from, to, error) in [
        ("kb%3Aread", "admin", "invalid_scope"),
        ("prompt=consent", "prompt=consent+none", "invalid_request"),
        ("prompt=", "resource=https%3A%2F%2Fother.example.com&prompt=", "invalid_target"),
    ] {
        let mut agent = Agent::default();
        let answer = agent.get(&shop.start("")).await;
        let changed = answer.header("location").unwrap().replace(from, to);
        let callback = agent.at_provider(&shop, changed).await;
        assert_eq!(param(&callback, "error"), error);
        let expected = (502, "upstream_failed".to_owned());
        assert_eq!(failed(&mut agent, &callback).await, expected, "{error}");
        assert!(reason(&shop).contains(error), "{}", reason(&shop));
    }
}

/// The user stays at the provider (RFC 6749 §4.1.2.1), as the docs of the module say.
#[tokio::test]
async fn redirect_uri_that_is_not_registered_is_refused_by_the_provider() {
    needs!(Node);
    let shop = Shop::with(|builder| builder.redirect_uri("http://127.0.0.1:1/callback")).await;
    let mut agent = Agent::default();
    let answer = agent.get(&shop.start("")).await;
    let page = agent.get(answer.header("location").unwrap()).await;
    assert_eq!(page.status, 400);
    assert!(page.header("location").is_none());
}

#[tokio::test]
async fn user_returns_to_no_other_host() {
    needs!(Node);
    let shop = Shop::open().await;
    for return_to in [
        "//evil.example",
        "/%5Cevil.example",
        "/%09/evil.example",
        "https://evil.example",
        "%2F%2Fevil",
    ] {
        let mut agent = Agent::default();
        let callback = agent.log_in(&shop, &format!("return_to={return_to}")).await;
        assert_eq!(agent.get(&callback).await.header("location"), Some("/"), "{return_to}");
    }
}
