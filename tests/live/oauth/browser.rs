//! Tests of whole logins in a real browser.

use std::time::Duration;

use support::browser::Chromium;
use support::needs;
use tokio::time::{Instant, sleep};

use super::Shop;

/// Waits until `is_done`, at most as long as a browser may take on a busy machine.
async fn until(what: &str, is_done: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !is_done() {
        assert!(Instant::now() < end, "{what} did not happen");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn browser_logs_in_and_returns_to_its_page() {
    needs!(Chromium, Node);
    let shop = Shop::open().await;
    let _browser = Chromium::open(&shop.start("return_to=/welcome?from=login"));
    until("the visit", || !shop.visits().is_empty()).await;
    assert_eq!(shop.visits(), ["/welcome?from=login"]);
    let tokens = shop.last_login().unwrap();
    assert!(tokens.refresh_token().is_some() && tokens.id_token().is_some());
    assert!(shop.recorder.records().is_empty());
}

#[tokio::test]
async fn browser_of_a_user_who_cancels_gets_a_problem() {
    needs!(Chromium, Node);
    let shop = Shop::open().await;
    let _browser = Chromium::open(&shop.start("login_hint=cancel"));
    until("the problem", || !shop.recorder.records().is_empty()).await;
    let records = shop.recorder.records();
    assert_eq!((&*records[0].code, records[0].status), ("oauth_access_denied", 403));
    assert!(records[0].chain.contains("End-User aborted interaction"), "{records:?}");
    assert!(shop.last_login().is_none());
}
