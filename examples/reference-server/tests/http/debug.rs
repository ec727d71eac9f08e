//! Tests of the routes that fail on purpose, which exist in development mode alone.

use std::time::Duration;

use serde_json::{Value, json};

use crate::Server;

const SOURCE: &str = "examples/reference-server/src/debug.rs";

#[tokio::test]
async fn panic_becomes_a_problem() {
    let answer = Server::development().get("/debug/panic").await;
    assert_eq!(answer.problem(500, "internal_error")["detail"], "Internal server error");
}

#[tokio::test]
async fn foreign_error_becomes_a_problem() {
    let answer = Server::development().get("/debug/error").await;
    let problem = answer.problem(500, "internal_error");
    assert_eq!(problem["detail"], "Internal server error");
    assert_eq!(problem["error_type"], "std::io::error::Error");
    assert_eq!(problem["error_message"], "the disk is on fire");
    assert_eq!(
        problem["location"]["filename"], SOURCE,
        "from the directory that it was compiled in"
    );
    let own = &problem["traceback"][0];
    assert_eq!(
        (&own["name"], &own["own"]),
        (&json!("reference_server::debug::error"), &json!(true))
    );
    assert!(own["line"].as_str().unwrap().contains("or_internal()"));
}

/// The page shows what happened before the error, whatever the log shows.
#[tokio::test]
async fn failed_request_shows_its_statements_and_their_times() {
    let server = Server::development();
    let page = server.request("GET", "/debug/error").header("accept", "text/plain").send();
    let page = page.await.unwrap().text().await.unwrap();
    let (_, timeline) = page.split_once("\nTimeline of the request:\n").expect(&page);
    let line = timeline.lines().find(|line| line.contains("SELECT id FROM users")).expect(&page);
    assert!(line.contains(" DEBUG sqlx::query: ") && line.ends_with(" ms)"), "{line}");
    assert!(page.contains("the disk is on fire"), "{page}");
    assert!(!page.contains("definable_errors: Internal"), "the error itself is no event: {page}");
}

#[tokio::test]
async fn own_code_is_known_wherever_the_server_was_started() {
    for folder in [std::env::temp_dir(), "/".into(), env!("CARGO_MANIFEST_DIR").into()] {
        let server = Server::development_in(&folder);
        let problem = server.get("/debug/error").await.problem(500, "internal_error");
        assert_eq!(problem["location"]["filename"], SOURCE, "{folder:?}");
        let own = &problem["traceback"][0];
        assert_eq!((&own["filename"], &own["own"]), (&json!(SOURCE), &json!(true)), "{folder:?}");
        assert!(own["line"].as_str().unwrap().contains("or_internal()"), "{folder:?}");
        assert_eq!(own["lineno"], problem["location"]["lineno"]);
        let frames = problem["traceback"].as_array().unwrap();
        let is_right = |frame: &Value| {
            let is_ours = frame["name"].as_str().unwrap().contains("reference_server");
            is_ours == (frame["own"] == true) && is_ours == frame["line"].is_string()
        };
        assert!(frames.iter().all(is_right), "{folder:?}: {frames:#?}");
    }
}

#[tokio::test]
async fn flag_enables_development_mode_too() {
    let server = Server::with_flags(&["--app-env", "dev"]);
    let problem = server.get("/debug/panic").await.problem(500, "internal_error").clone();
    assert_eq!(problem["error_type"], "panic");
}

#[tokio::test]
async fn slow_handler_takes_its_time() {
    let server = Server::development();
    assert_eq!(server.get("/debug/sleep?ms=10").await.json(200), json!({"slept_ms": 10}));
    assert_eq!(server.get("/debug/sleep").await.violations(), ["ms required"]);
    for ms in ["-1", "65536"] {
        let answer = server.get(&format!("/debug/sleep?ms={ms}")).await;
        assert_eq!(answer.violations(), ["ms range"]);
    }
}

#[tokio::test]
async fn production_has_no_debug_routes() {
    let modes = [&[] as &[_], &[("APP_ENV", "Dev")], &[("APP_ENV", "staging")]];
    for server in modes.map(Server::with) {
        for path in ["/debug/panic", "/debug/error", "/debug/sleep?ms=1"] {
            server.get(path).await.problem(404, "route_not_found");
        }
    }
}

#[tokio::test]
async fn request_in_flight_is_finished_before_the_shutdown() {
    // On a busy machine the request may not have arrived yet when the server receives the signal.
    for wait in [500, 3000, 10_000] {
        let mut server = Server::with(&[("APP_ENV", "dev"), ("DEADLINE", "60s")]);
        let slow = server.request("GET", &format!("/debug/sleep?ms={}", 2 * wait)).send();
        let slow = tokio::spawn(slow);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        server.terminate();
        let answer = slow.await.unwrap();
        assert_eq!(server.wait().code(), Some(0));
        if let Ok(answer) = answer {
            assert_eq!(answer.text().await.unwrap(), format!(r#"{{"slept_ms":{}}}"#, 2 * wait));
            return;
        }
    }
    panic!("no request was finished");
}
