//! Tests of the pages in a browser: bright and dark, wide and narrow, and on paper.

use std::time::Duration;

use axum::Router;
use definable_errors::ApiErrorLayer;
use serde_json::{Value, json};
use support::browser::Chromium;
use support::{needs, serve};

use super::catalog;
use crate::installed::installed;
use crate::tab::Tab;

const WIDTHS: [u32; 2] = [390, 1280];
const SCHEMES: [&str; 2] = ["light", "dark"];

async fn open(tab: &mut Tab, url: &str) {
    tab.command("Page.navigate", json!({"url": url})).await;
    let is_ready = format!("document.readyState === 'complete' && location.href === '{url}'");
    while tab.evaluate(&is_ready).await != true {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn look(tab: &mut Tab, width: u32, scheme: &str) {
    let size =
        json!({"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500});
    tab.command("Emulation.setDeviceMetricsOverride", size).await;
    let feature = json!({"name": "prefers-color-scheme", "value": scheme});
    tab.command("Emulation.setEmulatedMedia", json!({"features": [feature]})).await;
}

/// Returns what axe finds.
async fn findings(tab: &mut Tab, axe: &str) -> Value {
    tab.evaluate(axe).await;
    let findings = "axe.run(document, {resultTypes: ['violations']}).then((found) => \
                    found.violations.map((it) => [it.id, it.impact, it.nodes.map((node) => node.html)]))";
    tab.evaluate(findings).await
}

#[tokio::test]
async fn pages_are_accessible_in_every_size_and_scheme() {
    needs!(Chromium, Node);
    let axe = std::fs::read_to_string(installed("node/node_modules/axe-core/axe.min.js")).unwrap();
    let app = Router::new().merge(catalog().into_router()).layer(ApiErrorLayer::new());
    let url = format!("http://{}", serve(app).await);
    let browser = Chromium::debugged("about:blank");
    let mut tab = Tab::of(&browser).await;
    for path in
        ["/problems", "/problems/order_shipped", "/problems/rate_limited", "/problems/http_418"]
    {
        for (width, scheme) in WIDTHS.into_iter().flat_map(|width| SCHEMES.map(|it| (width, it))) {
            let what = format!("{path}, {width} px, {scheme}");
            look(&mut tab, width, scheme).await;
            open(&mut tab, &format!("{url}{path}")).await;
            assert_eq!(findings(&mut tab, &axe).await, json!([]), "{what}");
            let is_inside = "document.documentElement.scrollWidth <= innerWidth";
            assert_eq!(tab.evaluate(is_inside).await, true, "{what} is too wide");
            // The policy of the page allows its style.
            let paper = "getComputedStyle(document.body).backgroundColor";
            let expected = if scheme == "dark" { "rgb(20, 23, 28)" } else { "rgb(255, 255, 255)" };
            assert_eq!(tab.evaluate(paper).await, expected, "{what}");
        }
    }
    tab.command("Emulation.setEmulatedMedia", json!({"media": "print"})).await;
    open(&mut tab, &format!("{url}/problems/order_shipped")).await;
    let navigation = "getComputedStyle(document.querySelector('nav')).display";
    assert_eq!(tab.evaluate(navigation).await, "none");
}

#[tokio::test]
async fn links_of_the_list_lead_to_pages_and_back() {
    needs!(Chromium);
    let url = format!("http://{}", serve(catalog().into_router()).await);
    let browser = Chromium::debugged("about:blank");
    let mut tab = Tab::of(&browser).await;
    open(&mut tab, &format!("{url}/problems")).await;
    tab.evaluate("document.querySelector('#order_not_found a').click()").await;
    let heading = "location.pathname + ' ' + document.querySelector('h1')?.textContent";
    while tab.evaluate(heading).await != "/problems/order_not_found Order not found" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tab.evaluate("document.querySelector('nav a').click()").await;
    while tab.evaluate(heading).await != "/problems Problem types" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
