//! Tests of the redirect to the provider.

use http::header;
use support::with;
use url::Url;

use super::provider::Reply;
use super::service::{Browser, Service};

#[tokio::test]
async fn login_is_a_redirect_with_a_challenge_and_a_sealed_cookie() {
    let service = Service::start(Reply::tokens()).await;
    let mut browser = Browser::default();
    let answer = service.visit(&mut browser, "/oauth/start?return_to=/kbs").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    let location: Url = answer.header("location").unwrap().parse().unwrap();
    assert_eq!(location.host_str(), Some("id.example"));
    let pairs: Vec<_> = location.query_pairs().into_owned().collect();
    let param = |name: &str| {
        let mut all = pairs.iter().filter(|(found, _)| found == name);
        let first = all.next().unwrap().1.clone();
        assert!(all.next().is_none(), "{name}");
        first
    };
    assert_eq!(param("response_type"), "code");
    assert_eq!(param("client_id"), "shop");
    assert_eq!(param("redirect_uri"), "https://shop.example/oauth/callback");
    assert_eq!(param("scope"), "openid email");
    assert_eq!(param("code_challenge_method"), "S256");
    assert_eq!([param("state").len(), param("code_challenge").len()], [43, 43]);
    let [(name, value)] = &*browser.cookies else { panic!("one cookie") };
    assert!(name.starts_with("__Host-oauth-login-") && !value.contains("/kbs"), "{name}={value}");
    assert!(!location.as_str().contains("s3cret"));
}

#[tokio::test]
async fn redirect_uri_is_that_of_the_setting_whatever_the_headers_say() {
    let service = Service::start(Reply::tokens()).await;
    let headers = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example"),
    ];
    let mut request = with(http::Method::GET, "/oauth/start", &headers, axum::body::Body::empty());
    request.headers_mut().insert(header::HOST, "evil.example".parse().unwrap());
    let answer = support::send(service.app.clone(), request).await;
    let location = answer.header("location").unwrap();
    assert!(location.contains("redirect_uri=https%3A%2F%2Fshop.example%2Foauth%2Fcallback&"));
    assert!(!location.contains("evil"), "{location}");
}

#[tokio::test]
async fn logins_do_not_repeat_their_secrets() {
    let service = Service::start(Reply::tokens()).await;
    let (mut one, mut two) = (Browser::default(), Browser::default());
    assert_ne!(service.log_in(&mut one, "/").await, service.log_in(&mut two, "/").await);
    assert_ne!(one.cookies, two.cookies);
}

#[tokio::test]
async fn browser_has_at_most_eight_logins_under_way() {
    let service = Service::start(Reply::tokens()).await;
    let mut browser = Browser::default();
    for _ in 0..20 {
        service.clock.advance(std::time::Duration::from_secs(1));
        service.log_in(&mut browser, "/").await;
    }
    assert_eq!(browser.cookies.len(), 8);
    let last = service.log_in(&mut browser, "/").await;
    assert_eq!(service.visit(&mut browser, &last).await.status, 303);
    assert_eq!(browser.cookies.len(), 7);
}
