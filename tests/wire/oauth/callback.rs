//! Tests of the callback: which logins succeed, and what clients receive of those that fail.

use std::time::Duration;

use expect_test::expect;
use http::StatusCode;
use support::Answer;

use super::provider::Reply;
use super::service::{Browser, ISSUER, Service};

/// Logs in with a provider whose token endpoint answers in this way.
async fn answered(reply: Reply) -> (Answer, Service) {
    let service = Service::start(reply).await;
    let mut browser = Browser::default();
    let callback = service.log_in(&mut browser, "/kbs").await;
    let answer = service.visit(&mut browser, &callback).await;
    assert!(browser.cookies.is_empty(), "the cookie is removed, whatever the outcome");
    (with_stable_cookie(answer), service)
}

/// Replaces the random part of the name of a cookie, so that it can be in a snapshot.
fn with_stable_cookie(mut answer: Answer) -> Answer {
    if let Some(cookie) = answer.header("set-cookie").map(str::to_owned) {
        let (name, rest) = cookie.split_once('=').unwrap();
        let (prefix, id) = name.rsplit_once('-').unwrap();
        assert!(id.len() == 16 && !rest.is_empty());
        let cookie = format!("{prefix}-<id>={rest}").parse().unwrap();
        answer.headers.insert("set-cookie", cookie);
    }
    answer
}

/// Starts a login, and changes the query of its callback.
async fn called_back(change: impl FnOnce(&str) -> String) -> (Answer, Service) {
    let service = Service::start(Reply::tokens()).await;
    let mut browser = Browser::default();
    let callback = service.log_in(&mut browser, "/").await;
    let answer = service.visit(&mut browser, &change(&callback)).await;
    (with_stable_cookie(answer), service)
}

#[tokio::test]
async fn code_is_exchanged_with_the_verifier_and_the_user_returns() {
    let (answer, service) = answered(Reply::tokens()).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), Some("/kbs"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    let [received] = &*service.provider.received() else { panic!("one request") };
    assert_eq!(received.path, "/token");
    // RFC 6749 §2.3.1: `s3cret & more` is form-encoded first.
    assert_eq!(received.headers["authorization"], "Basic c2hvcDpzM2NyZXQrJTI2K21vcmU=");
    let body: Vec<_> = url::form_urlencoded::parse(received.body.as_bytes()).collect();
    let param = |name: &str| &*body.iter().find(|(found, _)| found == name).unwrap().1;
    assert_eq!(param("grant_type"), "authorization_code");
    assert_eq!(param("code"), "c0de");
    assert_eq!(param("redirect_uri"), "https://shop.example/oauth/callback");
    assert_eq!(param("code_verifier").len(), 43);
}

#[tokio::test]
async fn expired_login_is_a_problem() {
    let (answer, service) = answered(Reply::error(400, "invalid_grant")).await;
    answer.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        set-cookie: __Host-oauth-login-<id>=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/oauth_login_expired"
        title: "Login expired"
        status: 400
        detail: "The login could not be completed. Start again."
        instance: "urn:uuid:<id>"
        code: "oauth_login_expired"
        request_id: "<id>"
    "#]]);
    let record = format!("{:?}", service.recorder.records());
    assert!(record.contains("invalid_grant"), "{record}");
}

#[tokio::test]
async fn cancelled_login_is_a_problem() {
    let change = |callback: &str| callback.replace("code=c0de", "error=access_denied");
    let (answer, service) = called_back(change).await;
    answer.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        set-cookie: __Host-oauth-login-<id>=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/oauth_access_denied"
        title: "Login cancelled"
        status: 403
        detail: "The login was cancelled at the provider."
        instance: "urn:uuid:<id>"
        code: "oauth_access_denied"
        request_id: "<id>"
    "#]]);
    assert!(service.provider.received().is_empty());
}

#[tokio::test]
async fn fault_of_the_registration_is_a_bad_gateway() {
    let (answer, service) = answered(Reply::error(401, "invalid_client")).await;
    answer.is(&expect![[r#"
        502 Bad Gateway
        cache-control: no-store
        content-type: application/problem+json
        set-cookie: __Host-oauth-login-<id>=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/upstream_failed"
        title: "Upstream failed"
        status: 502
        detail: "A service that this request depends on failed."
        instance: "urn:uuid:<id>"
        code: "upstream_failed"
        request_id: "<id>"
        retryable: true
    "#]]);
    let record = format!("{:?}", service.recorder.records());
    assert!(record.contains("invalid_client: the provider's own words"), "{record}");
}

#[tokio::test]
async fn unavailable_provider_is_a_problem_with_a_wait() {
    let (answer, _) = answered(Reply::error(400, "temporarily_unavailable")).await;
    answer.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 5
        set-cookie: __Host-oauth-login-<id>=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/service_unavailable"
        title: "Service unavailable"
        status: 503
        detail: "Service unavailable"
        instance: "urn:uuid:<id>"
        code: "service_unavailable"
        request_id: "<id>"
        retry_after: 5
        retryable: true
    "#]]);
}

#[tokio::test]
async fn every_answer_of_the_token_endpoint_has_its_problem() {
    let html = || Reply::new(200, "<html>the provider's own words</html>");
    for (reply, expected) in [
        (Reply::error(400, "invalid_grant"), "oauth_login_expired"),
        (Reply::error(200, "bad_verification_code"), "oauth_login_expired"),
        (Reply::error(400, "access_denied"), "oauth_access_denied"),
        (Reply::error(400, "invalid_client"), "upstream_failed"),
        (Reply::error(401, "invalid_client"), "upstream_failed"),
        (Reply::error(400, "unauthorized_client"), "upstream_failed"),
        (Reply::error(400, "unsupported_grant_type"), "upstream_failed"),
        (Reply::error(400, "invalid_scope"), "upstream_failed"),
        (Reply::error(400, "invalid_request"), "upstream_failed"),
        (Reply::error(200, "redirect_uri_mismatch"), "upstream_failed"),
        (Reply::error(200, "incorrect_client_credentials"), "upstream_failed"),
        (Reply::error(400, "temporarily_unavailable"), "service_unavailable"),
        (Reply::error(500, "server_error"), "service_unavailable"),
        (html(), "upstream_failed"),
        (html().header("content-type", "text/html"), "upstream_failed"),
        (Reply::new(400, "<html>the provider's own words</html>"), "upstream_failed"),
        (Reply::new(401, ""), "upstream_failed"),
        (Reply::new(200, ""), "upstream_failed"),
        (Reply::new(200, "{}"), "upstream_failed"),
        (Reply::new(200, "[]"), "upstream_failed"),
        (Reply::new(200, r#"{"access_token":"a"}"#), "upstream_failed"),
        (Reply::new(200, r#"{"access_token":"a","token_type":"DPoP"}"#), "upstream_failed"),
        (Reply::new(200, vec![b' '; 64 * 1024 + 1]), "upstream_failed"),
        (Reply::new(500, "the provider's own words"), "upstream_failed"),
        (Reply::new(503, "the provider's own words"), "service_unavailable"),
        (Reply::new(429, "the provider's own words"), "service_unavailable"),
        (Reply::new(504, ""), "upstream_timeout"),
        (Reply::new(302, "").header("location", "/elsewhere"), "upstream_failed"),
        (Reply::new(307, "").header("location", "/elsewhere"), "upstream_failed"),
    ] {
        let shown = format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body).trim());
        let (answer, service) = answered(reply).await;
        assert_eq!(answer.code(), expected, "{shown}");
        assert!(!answer.body.contains("own words"), "{shown}");
        assert_eq!(service.provider.received().len(), 1, "{shown}: no redirect is followed");
    }
}

#[tokio::test]
async fn words_of_the_provider_are_in_no_representation() {
    let service = Service::start(Reply::error(401, "hunter2")).await;
    for accept in ["application/json", "text/html", "text/plain", "text/markdown", "text/xml"] {
        for query in ["code=c0de", "error=hunter2&error_description=own+words&error_uri=/hunter2"] {
            let mut browser = Browser::default();
            let callback = service.log_in(&mut browser, "/").await.replace("code=c0de", query);
            let mut request = browser.request(&callback);
            request.headers_mut().insert("accept", accept.parse().unwrap());
            let answer = support::send(service.app.clone(), request).await;
            let all = format!("{:?} {}", answer.headers, answer.body);
            assert_eq!(answer.status, 502);
            assert!(!all.contains("hunter2") && !all.contains("own words"), "{accept}: {all}");
        }
    }
}

#[tokio::test]
async fn wait_of_the_provider_is_passed_on() {
    let (answer, _) = answered(Reply::new(503, "").header("retry-after", "17")).await;
    assert_eq!(answer.header("retry-after"), Some("17"));
    let (answer, _) = answered(Reply::new(503, "").header("retry-after", "86400")).await;
    assert_eq!(answer.header("retry-after"), Some("3600"));
}

#[tokio::test]
async fn slow_provider_is_a_timeout_and_an_absent_one_has_failed() {
    let slow = Reply::tokens().after(Duration::from_secs(60));
    let service = Service::with(slow, |builder| builder.timeout(Duration::from_millis(50))).await;
    let mut browser = Browser::default();
    let callback = service.log_in(&mut browser, "/").await;
    let answer = service.visit(&mut browser, &callback).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (504, "upstream_timeout"));

    let absent = |builder: definable_errors::oauth::OAuthClientBuilder| {
        builder.token_endpoint("http://127.0.0.1:1/token")
    };
    let service = Service::with(Reply::tokens(), absent).await;
    let callback = service.log_in(&mut browser, "/").await;
    let answer = service.visit(&mut browser, &callback).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (502, "upstream_failed"));
}

#[tokio::test]
async fn every_error_of_a_callback_has_its_problem() {
    for (error, expected) in [
        ("access_denied", "oauth_access_denied"),
        ("invalid_request", "upstream_failed"),
        ("unauthorized_client", "upstream_failed"),
        ("unsupported_response_type", "upstream_failed"),
        ("invalid_scope", "upstream_failed"),
        ("server_error", "service_unavailable"),
        ("temporarily_unavailable", "service_unavailable"),
        ("login_required", "oauth_login_expired"),
        ("made_up", "upstream_failed"),
        ("", "upstream_failed"),
    ] {
        let query = format!("error={error}&error_description=own+words&error_uri=https://evil");
        let (answer, service) = called_back(|callback| callback.replace("code=c0de", &query)).await;
        assert_eq!(answer.code(), expected, "{error}");
        assert!(!answer.body.contains("own words") && !answer.body.contains("evil"), "{error}");
        assert!(service.provider.received().is_empty());
        let cleared = answer.header("set-cookie").unwrap();
        assert!(cleared.contains("Max-Age=0"), "{cleared}");
        let record = format!("{:?}", service.recorder.records());
        assert!(record.contains("own words"), "{record}");
    }
}

#[tokio::test]
async fn callback_without_its_login_exchanges_nothing() {
    let changes: [fn(&str) -> String; 9] = [
        |callback| callback.replace("&state=", "&state=A"),
        |callback| callback.replace("&state=", "&other="),
        |callback| callback.replace("&state=", "&state=&other="),
        |callback| format!("{callback}&state=second"),
        |callback| callback.replace("code=c0de&", ""),
        |callback| callback.replace("code=c0de", "code="),
        |callback| callback.replace("code=c0de", "code=c0de&code=other"),
        |_| "/oauth/callback".to_owned(),
        |callback| callback.replace("code=c0de&state=", "error=access_denied&state=A"),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let (answer, service) = called_back(change).await;
        assert_eq!(answer.code(), "oauth_login_expired", "{at}");
        assert!(service.provider.received().is_empty(), "{at}");
    }
}

#[tokio::test]
async fn issuer_of_a_callback_is_checked_before_its_error() {
    let with = |iss: &'static str| move |callback: &str| format!("{callback}&iss={iss}");
    assert_eq!(called_back(with(ISSUER)).await.0.status, 303);
    for iss in ["https://evil.example", "https://id.example/", "", "https://id.example&iss=x"] {
        let (answer, service) = called_back(with(iss)).await;
        assert_eq!(answer.code(), "oauth_login_expired", "{iss}");
        assert!(service.provider.received().is_empty());
    }
    let mixed_up = |callback: &str| {
        format!("{}&iss=https://evil.example", callback.replace("code=c0de", "error=access_denied"))
    };
    assert_eq!(called_back(mixed_up).await.0.code(), "oauth_login_expired");
}

#[tokio::test]
async fn used_state_is_refused() {
    let service = Service::start(Reply::tokens()).await;
    let mut browser = Browser::default();
    let callback = service.log_in(&mut browser, "/").await;
    assert_eq!(service.visit(&mut browser, &callback).await.status, 303);
    let replayed = service.visit(&mut browser, &callback).await;
    assert_eq!(replayed.code(), "oauth_login_expired");
    assert_eq!(service.provider.received().len(), 1);
}

#[tokio::test]
async fn login_of_another_browser_is_refused() {
    let service = Service::start(Reply::tokens()).await;
    let (mut attacker, mut victim) = (Browser::default(), Browser::default());
    let callback = service.log_in(&mut attacker, "/").await;
    service.log_in(&mut victim, "/").await;
    let answer = service.visit(&mut victim, &callback).await;
    assert_eq!(answer.code(), "oauth_login_expired");
    assert_eq!(victim.cookies.len(), 1, "the victim's own login goes on");
    assert!(service.provider.received().is_empty());
}

#[tokio::test]
async fn logins_in_two_tabs_succeed_in_any_order() {
    let service = Service::start(Reply::tokens()).await;
    let mut browser = Browser::default();
    let first = service.log_in(&mut browser, "/first").await;
    let second = service.log_in(&mut browser, "/second").await;
    let answer = service.visit(&mut browser, &second).await;
    assert_eq!(answer.header("location"), Some("/second"));
    let answer = service.visit(&mut browser, &first).await;
    assert_eq!(answer.header("location"), Some("/first"));
    assert!(browser.cookies.is_empty());
}

#[tokio::test]
async fn login_that_took_too_long_is_refused() {
    let service = Service::start(Reply::tokens()).await;
    let mut browser = Browser::default();
    let callback = service.log_in(&mut browser, "/").await;
    service.clock.advance(Duration::from_secs(600));
    let answer = service.visit(&mut browser, &callback).await;
    assert_eq!(answer.code(), "oauth_login_expired");
    assert!(browser.cookies.is_empty() && service.provider.received().is_empty());
}

#[tokio::test]
async fn changed_cookie_is_refused() {
    let service = Service::start(Reply::tokens()).await;
    let mut browser = Browser::default();
    let callback = service.log_in(&mut browser, "/").await;
    let value = &mut browser.cookies[0].1;
    let first = if value.starts_with('A') { "B" } else { "A" };
    value.replace_range(..1, first);
    assert_eq!(service.visit(&mut browser, &callback).await.code(), "oauth_login_expired");
    assert!(service.provider.received().is_empty());
}

#[tokio::test]
async fn user_never_returns_to_another_host() {
    let service = Service::start(Reply::tokens()).await;
    for (return_to, expected) in [
        ("/kbs?page=2", "/kbs?page=2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\r\n/evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ] {
        let mut browser = Browser::default();
        let callback = service.log_in(&mut browser, return_to).await;
        let answer = service.visit(&mut browser, &callback).await;
        assert_eq!(answer.header("location"), Some(expected), "{return_to:?}");
    }
}

#[tokio::test]
async fn error_of_the_handler_removes_the_cookie_too() {
    let tokens = r#"{"access_token":"of-a-stranger","token_type":"bearer"}"#;
    let (answer, _) = answered(Reply::new(200, tokens)).await;
    assert_eq!((answer.status, &*answer.code()), (StatusCode::FORBIDDEN, "forbidden"));
}
