//! No documentation of a problem type adds HTML to a page, or code to the TypeScript client.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use definable_errors::catalog::Catalog;
use definable_errors::problem::{ErrorStatus, ProblemType};
use http::{Request, header};

use super::exchange::Exchange;

/// The longest documentation; more than that only costs time, because types live as long as the process.
const LONGEST: usize = 512;

/// The tags that a page consists of.
const TAGS: &str = " a article aside body br code dd details div dl dt em footer h1 h2 h3 h4 head header \
    html li link main meta nav ol p pre section small span strong style summary table tbody td \
    th thead time title tr ul ";

/// Asserts that the documentation of a problem type, whatever it contains, adds no tag, no attribute
/// and no address to the page in HTML, and does not end the comment in the TypeScript client.
pub fn catalog(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if text.len() > LONGEST {
        return;
    }
    let catalog = catalog_with(Box::leak(text.into()));
    check_typescript(&catalog.typescript());
    let router: Router = catalog.into_router();
    for path in ["/problems", "/problems/order_paid"] {
        check_html(&page(&router, path, "text/html"));
        page(&router, path, "text/markdown");
        let json = page(&router, path, "application/json");
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
    }
}

fn catalog_with(documentation: &'static str) -> Catalog {
    let found = ProblemType::new("order_paid", ErrorStatus::CONFLICT, "Order already paid")
        .with_documentation(documentation);
    Catalog::new().with_type(Box::leak(Box::new(found)))
}

fn page(router: &Router, path: &str, accept: &'static str) -> String {
    let request = Request::get(path).header(header::ACCEPT, accept).body(Body::empty());
    let answer = Exchange::send(router.clone(), request.expect("it is a request"));
    assert_eq!(answer.status, 200);
    answer.text().to_owned()
}

fn check_html(page: &str) {
    for (at, _) in page.match_indices('<') {
        let tag = page[at + 1..].split('>').next().unwrap_or_default();
        let mut words = tag.trim_start_matches('/').split_whitespace();
        let name = words.next().unwrap_or_default();
        assert!(
            tag.eq_ignore_ascii_case("!doctype html") || TAGS.contains(&format!(" {name} ")),
            "<{tag}>"
        );
        let is_handler = |word: &str| word.to_ascii_lowercase().starts_with("on");
        assert!(!words.any(is_handler), "<{tag}>");
        let lower = tag.to_ascii_lowercase();
        if let Some((_, address)) = lower.split_once("href=\"") {
            let is_safe = ["http://", "https://", "/", "#", "data:image/svg+xml", "."]
                .iter()
                .any(|start| address.starts_with(start))
                || !address.split('"').next().unwrap_or_default().contains(':');
            assert!(is_safe, "<{tag}>");
        }
    }
}

/// The client without comments is that of a type without documentation.
fn check_typescript(client: &str) {
    static PLAIN: LazyLock<String> =
        LazyLock::new(|| without_comments(&catalog_with("").typescript()));
    assert_eq!(without_comments(client), *PLAIN, "{client}");
}

fn without_comments(client: &str) -> String {
    let mut rest = client;
    let mut code = String::new();
    while let Some((before, comment)) = rest.split_once("/**") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    code.lines().filter(|line| !line.trim().is_empty()).collect()
}
