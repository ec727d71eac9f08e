//! A newcomer who follows the README and the guide to the letter: the commands, the programs and the
//! requests are read from the pages, and nothing else is used.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod page;
mod shop;

use serde_json::Value;

use self::page::Page;
use self::shop::Shop;

const README: &str = include_str!("../../../README.md");
const GETTING_STARTED: &str =
    include_str!("../../../definable-errors/src/guide/getting_started.md");
const ACCESS: &str = include_str!("../../../definable-errors/src/guide/access.md");
const LIMITS: &str = include_str!("../../../definable-errors/src/guide/limits.md");

#[test]
fn newcomer_follows_the_readme_and_the_guide() {
    follow_the_readme();
    let shop = start_with_the_guide();
    protect_a_route(&shop);
    limit_clients_behind_a_proxy(&shop);
}

/// From `cargo new` to a derived error whose cause is in the log.
fn follow_the_readme() {
    let page = Page::new(README);
    let shop = Shop::new("readme");
    shop.run_commands(&page);
    let mut program = shop.start(&page, &[]);
    program.send_requests(&page);
    let event = program.event_with("No such file");
    assert!(event.contains("location=src/main.rs:"), "{event}");
}

/// A derived error, validated JSON, and the page of development mode.
fn start_with_the_guide() -> Shop {
    let page = Page::new(GETTING_STARTED);
    let shop = Shop::new("guide");
    shop.run_commands(&page);

    let mut program = shop.start(&page, &[]);
    program.send_requests(&page);
    let shown = page.block("text");
    let location = shown.split_whitespace().find(|word| word.starts_with("location=")).unwrap();
    assert!(program.event_with("No such file").contains(location), "the page shows {location}");
    let request = page.requests().into_iter().find(|it| it.promise.contains("validation_failed"));
    let response = program.send(&request.unwrap());
    assert_eq!(without_ids(&response.body), without_ids(page.block("json")));
    let failing = page.link_after("Open ");
    let plain = program.get_html(failing);
    assert!(!plain.contains("src/main.rs") && !plain.contains("No such file"), "{plain}");
    drop(program);

    let developed = shop.start(&page, &[("APP_ENV", "dev")]).get_html(failing);
    for shown in ["src/main.rs", "read_to_string", "No such file or directory"] {
        assert!(developed.contains(shown), "no {shown} in {developed}");
    }
    shop
}

/// A route that needs a permission, and tokens of two roles.
fn protect_a_route(shop: &Shop) {
    let page = Page::new(ACCESS);
    shop.run_commands(&page);
    let program = shop.start(&page, &[("JWT_SECRET", "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO")]);
    program.send_requests(&page);
    assert_eq!(program.greeting_without_exports(), page.block("text"), "the table of the routes");
}

/// A quota for each client of a proxy.
fn limit_clients_behind_a_proxy(shop: &Shop) {
    let page = Page::new(LIMITS);
    shop.run_commands(&page);
    shop.start(&page, &[]).send_requests(&page);
}

/// Parses a problem, without the ids that differ from request to request.
fn without_ids(problem: &str) -> Value {
    let mut problem: Value = serde_json::from_str(problem).unwrap();
    problem.as_object_mut().unwrap().retain(|name, _| name != "instance" && name != "request_id");
    problem
}
