//! Tests of the page under `/`: what it may load, and whom it fills in.

use crate::{PASSWORD, Server};

#[tokio::test]
async fn page_loads_its_own_files_alone() {
    let server = Server::production();
    let page = server.get("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && !page.text.contains("http"), "nothing of elsewhere");
    // Neither scripts, styles nor handlers stand in the page itself.
    for inline in ["<style", "style=", "<script>", "onclick", "onsubmit"] {
        assert!(!page.text.contains(inline), "{inline}");
    }
    let links = page.text.split('"').filter(|word| word.starts_with('/'));
    let mut files = 0;
    for path in links {
        assert_eq!(server.get(path).await.status, 200, "{path}");
        files += 1;
    }
    assert_eq!(files, 5);
    for (path, content_type) in [
        ("/page/page.js", "text/javascript; charset=utf-8"),
        ("/page/event-reader.js", "text/javascript; charset=utf-8"),
        ("/page/problem-events.js", "text/javascript; charset=utf-8"),
        ("/page/page.css", "text/css; charset=utf-8"),
    ] {
        assert_eq!(server.get(path).await.header("content-type"), content_type, "{path}");
    }
}

#[tokio::test]
async fn page_fills_in_a_user_in_development_mode_alone() {
    let page = Server::production().get("/").await.text;
    assert!(!page.contains(PASSWORD) && !page.contains("@acme.test"));
    let page = Server::development().get("/").await.text;
    assert!(page.contains(PASSWORD) && page.contains("member@acme.test"));
}
