//! Tests of the pages of development mode in a browser: the error page and the list of recent errors of
//! the reference server.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use support::browser::Chromium;
use support::files::Folder;
use support::needs;
use support::process::{Process, url_in};

use crate::installed::installed;
use crate::reference_server::program;
use crate::tab::Tab;

const WIDTHS: [u32; 2] = [390, 1280];
const SCHEMES: [&str; 2] = ["light", "dark"];

/// Notes the errors of scripts, what the policy blocks, and what is copied, before the page's own script runs.
const WATCH: &str = "window.noted = []; window.copied = [];
    addEventListener('error', (it) => noted.push('error: ' + it.message));
    addEventListener('unhandledrejection', (it) => noted.push('rejection: ' + it.reason));
    addEventListener('securitypolicyviolation', (it) => noted.push('blocked: ' + it.blockedURI));
    window.alert = () => noted.push('alert');
    Object.defineProperty(navigator, 'clipboard',
        { value: { writeText: async (text) => { copied.push(text); } } });";

/// The reference server in development mode.
struct Server {
    _process: Process,
    url: String,
    _folder: Folder,
}

fn server() -> Server {
    let folder = Folder::create();
    let mut process = Process::start(program().env("APP_ENV", "dev"));
    let url = process.lines().find_map(|line| url_in(&line).map(str::to_owned)).unwrap();
    process.discard_output();
    Server { _process: process, url, _folder: folder }
}

async fn watched(browser: &Chromium) -> Tab {
    let mut tab = Tab::of(browser).await;
    tab.command("Page.enable", json!({})).await;
    tab.command("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH})).await;
    tab
}

async fn open(tab: &mut Tab, url: &str) {
    tab.command("Page.navigate", json!({"url": url})).await;
    until(tab, &format!("document.readyState === 'complete' && location.href === '{url}'")).await;
}

async fn until(tab: &mut Tab, condition: &str) {
    while tab.evaluate(condition).await != true {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn look(tab: &mut Tab, width: u32, scheme: &str) {
    let size =
        json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500});
    tab.command("Emulation.setDeviceMetricsOverride", size).await;
    let feature = json!({"name": "prefers-color-scheme", "value": scheme});
    tab.command("Emulation.setEmulatedMedia", json!({"features": [feature]})).await;
}

async fn press(tab: &mut Tab, key: &str) {
    let event = format!(
        "(document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', \
         {{key: '{key}', bubbles: true, cancelable: true}}))"
    );
    tab.evaluate(&event).await;
}

/// Returns what axe finds.
async fn findings(tab: &mut Tab, axe: &str) -> Value {
    tab.evaluate(axe).await;
    let findings = "axe.run(document, {resultTypes: ['violations']}).then((found) => \
                    found.violations.map((it) => [it.id, it.impact, it.nodes.map((node) => node.html)]))";
    tab.evaluate(findings).await
}

/// Asserts that the page loaded nothing, and that nothing in it failed or was blocked.
async fn assert_quiet(tab: &mut Tab, what: &str) {
    assert_eq!(tab.evaluate("noted").await, json!([]), "{what}");
    let loaded = "performance.getEntriesByType('resource').map((it) => it.name)";
    assert_eq!(tab.evaluate(loaded).await, json!([]), "{what}");
}

const FAILS: &str = "/debug/error?page=2&token=canary";

#[tokio::test]
async fn pages_are_accessible_and_load_nothing() {
    needs!(Chromium, Node);
    let axe = std::fs::read_to_string(installed("node/node_modules/axe-core/axe.min.js")).unwrap();
    let server = server();
    let browser = Chromium::debugged("about:blank");
    let mut tab = watched(&browser).await;
    let hostile = "/%3Cscript%3Ealert(1)%3C/script%3E?%3Cimg%20src=x%20onerror=alert(1)%3E";
    for path in [FAILS, "/debug/panic", "/docz", hostile, "/__errors"] {
        for (width, scheme) in WIDTHS.into_iter().flat_map(|width| SCHEMES.map(|it| (width, it))) {
            let what = format!("{path}, {width} px, {scheme}");
            look(&mut tab, width, scheme).await;
            open(&mut tab, &format!("{}{path}", server.url)).await;
            assert_quiet(&mut tab, &what).await;
            assert_eq!(findings(&mut tab, &axe).await, json!([]), "{what}");
            let is_inside = "document.documentElement.scrollWidth <= innerWidth";
            assert_eq!(tab.evaluate(is_inside).await, true, "{what} is too wide");
            let paper = "getComputedStyle(document.body).backgroundColor";
            let expected = if scheme == "dark" { "rgb(15, 18, 22)" } else { "rgb(246, 247, 249)" };
            assert_eq!(tab.evaluate(paper).await, expected, "{what}");
        }
    }
}

#[tokio::test]
async fn keys_and_buttons_work() {
    needs!(Chromium);
    let server = server();
    let browser = Chromium::debugged("about:blank");
    let mut tab = watched(&browser).await;
    look(&mut tab, 1280, "light").await;
    open(&mut tab, &format!("{}{FAILS}", server.url)).await;
    for (button, start) in
        [("markdown", "# 500 "), ("prompt", "Explain why "), ("curl", "curl --globoff ")]
    {
        tab.evaluate(&format!("document.querySelector('[data-copy={button}]').click()")).await;
        until(&mut tab, "document.querySelector('.live').textContent === 'Copied'").await;
        let copied = tab.evaluate("copied.pop()").await;
        let copied = copied.as_str().unwrap();
        assert!(copied.starts_with(start) && !copied.contains("canary"), "{copied}");
    }
    press(&mut tab, "c").await;
    until(&mut tab, "copied.length === 1").await;

    let focused = "document.activeElement.closest('.frames > li') === \
                   document.querySelector('.frames').children";
    press(&mut tab, "j").await;
    assert_eq!(tab.evaluate(&format!("{focused}[0]")).await, true);
    press(&mut tab, "j").await;
    assert_eq!(tab.evaluate(&format!("{focused}[1]")).await, true);
    assert_eq!(tab.evaluate("document.activeElement.parentElement.open").await, true);
    press(&mut tab, "k").await;
    assert_eq!(tab.evaluate(&format!("{focused}[0]")).await, true);

    let shown = "[...document.querySelectorAll('.run')].filter((it) => it.offsetParent).length";
    assert_ne!(tab.evaluate(shown).await, 0);
    press(&mut tab, "m").await;
    assert_eq!(tab.evaluate(shown).await, 0);
    press(&mut tab, "m").await;
    press(&mut tab, "/").await;
    assert_eq!(tab.evaluate("document.activeElement.id").await, "filter");
    tab.command("Input.insertText", json!({"text": "debug::error"})).await;
    let left = "[...document.querySelectorAll('.own, .other')].filter((it) => !it.hidden)\
                .every((it) => it.textContent.includes('debug::error'))";
    assert_eq!(tab.evaluate(left).await, true);
    press(&mut tab, "Escape").await;
    assert_eq!(tab.evaluate("document.querySelector('.own').hidden").await, false);
    assert_quiet(&mut tab, "after all keys").await;
}

#[tokio::test]
async fn pages_work_without_scripts() {
    needs!(Chromium);
    let server = server();
    let browser = Chromium::debugged("about:blank");
    let mut tab = watched(&browser).await;
    tab.command("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    look(&mut tab, 1280, "light").await;
    open(&mut tab, &format!("{}{FAILS}", server.url)).await;
    let source =
        "document.querySelector('.own[class] .marked').textContent.includes('disk is on fire')";
    assert_eq!(tab.evaluate(source).await, true);
    // What only the script can do is not there.
    let hidden =
        "['.actions', '#filter', '.keys'].every((it) => !document.querySelector(it).offsetParent)";
    assert_eq!(tab.evaluate(hidden).await, true);
    let opens = "document.querySelector('.run summary').click(), document.querySelector('.run details').open";
    assert_eq!(tab.evaluate(opens).await, true);
    let only_mine = "document.querySelector('label[for=mine]').click(), \
                     document.querySelector('.run').offsetParent === null";
    assert_eq!(tab.evaluate(only_mine).await, true);
}

#[tokio::test]
async fn list_shows_errors_of_programs_and_is_cleared_by_its_form() {
    needs!(Chromium);
    let server = server();
    let address = server.url.trim_start_matches("http://").parse().unwrap();
    let browser = Chromium::debugged("about:blank");
    let mut tab = watched(&browser).await;
    look(&mut tab, 1280, "light").await;
    let request = Request::get("/debug/error").header("host", &server.url[7..]);
    support::send_to(address, request.body(Body::empty()).unwrap()).await;
    let list = format!("{}/__errors", server.url);
    open(&mut tab, &list).await;
    tab.evaluate("document.querySelector('.recent a').click()").await;
    until(&mut tab, "document.querySelector('h1')?.textContent === 'the disk is on fire'").await;
    tab.evaluate("document.querySelector('.top a').click()").await;
    until(&mut tab, "document.querySelector('h1')?.textContent === 'Recent errors'").await;
    until(&mut tab, "document.querySelector('.clear button') !== null").await;
    tab.evaluate("document.querySelector('.clear button').click()").await;
    until(&mut tab, "document.querySelector('h1') && !document.querySelector('.group')").await;
    until(&mut tab, &format!("location.href === '{list}'")).await;
}
