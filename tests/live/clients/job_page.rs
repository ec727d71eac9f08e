//! The page under `/` of the reference server, used as a person uses it.

use std::time::Duration;

use support::browser::Chromium;
use support::needs;

use super::server::Server;
use crate::tab::Tab;

/// Waits until the last line of the list has this class, and returns the texts of all lines.
async fn lines_until(tab: &mut Tab, class: &str) -> Vec<String> {
    for _ in 0..600 {
        let last = tab.evaluate("document.querySelector('#events li:last-child')?.className");
        if last.await == class {
            let texts =
                "[...document.querySelectorAll('#events li')].map((line) => line.textContent)";
            return serde_json::from_value(tab.evaluate(texts).await).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no line `{class}`: {}", tab.evaluate("document.body.innerText").await);
}

#[tokio::test]
async fn page_shows_the_events_of_a_job_live() {
    needs!(Chromium);
    let server = Server::start("http://localhost:1");
    let browser = Chromium::debugged(&server.url);
    let mut tab = Tab::of(&browser).await;
    let is_ready = "document.readyState === 'complete' && document.querySelector('form') !== null";
    while tab.evaluate(is_ready).await != true {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Development mode has filled in the user.
    tab.evaluate("document.querySelector('[value=reindex]').click()").await;
    let lines = lines_until(&mut tab, "done").await;
    assert!(lines[0].starts_with("started: reindex "), "{lines:?}");
    assert!(lines[1].starts_with("progress: "), "{lines:?}");
    assert!(lines.last().unwrap().starts_with("done: {\"documents\":"), "{lines:?}");

    tab.evaluate("document.querySelector('[value=fail]').click()").await;
    let lines = lines_until(&mut tab, "problem").await;
    assert!(lines[0].starts_with("started: fail "), "{lines:?}");
    let last = lines.last().unwrap();
    let shown = "problem: 500 internal_error: Internal server error (urn:uuid:";
    assert!(last.starts_with(shown), "{lines:?}");

    // A wrong password is a problem before any stream.
    tab.evaluate("document.querySelector('[name=password]').value = 'wrong'").await;
    tab.evaluate("document.querySelector('#events').replaceChildren()").await;
    tab.evaluate("document.querySelector('[value=fail]').click()").await;
    let lines = lines_until(&mut tab, "problem").await;
    assert!(lines[0].starts_with("problem: 401 invalid_credentials: "), "{lines:?}");
}
