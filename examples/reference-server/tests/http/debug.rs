use std::time::Duration;

use serde_json::json;

use crate::Server;

#[tokio::test]
async fn a_panic_is_a_problem() {
    let answer = Server::development().get("/debug/panic").await;
    assert_eq!(answer.problem(500, "internal_error")["detail"], "Internal server error");
}

#[tokio::test]
async fn a_foreign_error_is_a_problem() {
    let answer = Server::development().get("/debug/error").await;
    assert_eq!(answer.problem(500, "internal_error")["detail"], "Internal server error");
}

#[tokio::test]
async fn a_slow_handler_takes_its_time() {
    let server = Server::development();
    assert_eq!(server.get("/debug/sleep?ms=10").await.json(200), json!({"slept_ms": 10}));
    assert_eq!(server.get("/debug/sleep").await.violations(), ["ms required"]);
    assert_eq!(server.get("/debug/sleep?ms=-1").await.violations(), ["ms range"]);
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
async fn a_request_in_flight_is_finished_before_the_end() {
    let mut server = Server::development();
    let slow = server.request("GET", "/debug/sleep?ms=1500").send();
    let slow = tokio::spawn(slow);
    tokio::time::sleep(Duration::from_millis(500)).await;
    server.terminate();
    let answer = slow.await.unwrap().unwrap();
    assert_eq!(answer.text().await.unwrap(), r#"{"slept_ms":1500}"#);
    assert_eq!(server.wait().code(), Some(0));
}
