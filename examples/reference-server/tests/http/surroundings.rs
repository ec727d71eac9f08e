//! Tests of what all routes have in common: unknown paths, wrong methods, formats, ids.

use serde_json::{Value, json};
use support::needs;

use crate::{ACME, Answer, Server};

#[tokio::test]
async fn the_server_is_healthy() {
    let answer = Server::production().get("/health").await;
    assert_eq!(answer.json(200), json!({"status": "ok"}));
}

#[tokio::test]
async fn first_version_is_gone_and_names_its_successor() {
    let answer = Server::production().get("/api/v0/kbs").await;
    answer.problem(410, "gone");
    assert_eq!(answer.header("deprecation"), "@1735689600");
    assert_eq!(answer.header("sunset"), "Thu, 01 Jan 2026 00:00:00 GMT");
    assert_eq!(answer.header("link"), "</api/v1/kbs>; rel=\"successor-version\"");
}

#[tokio::test]
async fn an_unknown_route_is_a_problem() {
    let server = Server::production();
    for path in ["/pages", "/api/v2/kbs", "/api/v1/kbs/", "/api/v0/documents"] {
        server.get(path).await.problem(404, "route_not_found");
    }
}

#[tokio::test]
async fn wrong_method_gets_an_allow_header() {
    let server = Server::production();
    let patch = server.send("PATCH", &format!("/api/v1/kbs?org_id={ACME}"), &json!({})).await;
    patch.problem(405, "method_not_allowed");
    assert_eq!(patch.header("allow"), "GET,HEAD,POST");
    server.send("POST", "/health", &json!({})).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn error_is_rendered_in_the_requested_format() {
    let server = Server::production();
    let page = Answer::to(server.request("GET", "/nowhere").header("accept", "text/html")).await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.text.contains("No route matched"));
}

#[tokio::test]
async fn callers_ids_are_returned() {
    let server = Server::production();
    let request = server.request("GET", "/nowhere").header("x-request-id", "req-7");
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let problem =
        Answer::to(request.header("traceparent", trace)).await.problem(404, "route_not_found");
    assert_eq!(
        (&problem["request_id"], &problem["trace_id"]),
        (&json!("req-7"), &json!(trace[3..35]))
    );
}

/// Every printed `curl` command returns the status and the code in the comment above it.
#[tokio::test]
async fn printed_curl_commands_return_the_status_beside_them() {
    needs!(Curl);
    let server = Server::production();
    let (_, lines) = server.greeting.split_once("TOKEN=").unwrap();
    assert_eq!(lines.matches("curl ").count(), 7);
    let promised: Vec<_> =
        lines.lines().filter_map(|line| line.trim().strip_prefix("# ")?.split_once(':')).collect();
    assert_eq!(promised.len(), 5, "one above each");
    let script = format!("TOKEN={}", lines.replace("Try:", ""));
    let script = script.replace("curl ", "curl --noproxy '*' -s ");
    let script = script.replace(" -i ", " -w '\n%{http_code}\n@@' ");
    let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<_> = output.split_terminator("@@").collect();
    assert_eq!(answers.len(), promised.len(), "{output}");
    for (answer, (status_and_code, _)) in answers.into_iter().zip(promised) {
        let (body, status) = answer.trim().rsplit_once('\n').unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        let got = match body["code"].as_str() {
            Some(code) => format!("{status} {code}"),
            None => status.to_owned(),
        };
        assert_eq!(got, status_and_code);
    }
    assert!(server.greeting.contains(ACME) && server.greeting.contains("production"));
}

/// The README shows the response that this server sends.
#[tokio::test]
async fn readme_shows_the_real_response() {
    let readme = include_str!("../../../../README.md");
    let after = |start: &str| readme.split_once(start).unwrap().1;
    let (body, _) = after("-d '").split_once('\'').unwrap();
    let (_, reported) = after("HTTP/1.1 400 Bad Request").split_once("\n\n").unwrap();
    let mut reported: Value = serde_json::from_str(reported.split("```").next().unwrap()).unwrap();

    let server = Server::production();
    let request = server.request("POST", &format!("/api/v1/kbs?org_id={ACME}")).body(body);
    let answer = Answer::to(request.header("content-type", "application/json")).await;
    let mut said = answer.problem(400, "validation_failed");
    for ids in [&mut reported, &mut said] {
        ids.as_object_mut().unwrap().retain(|name, _| name != "instance" && name != "request_id");
    }
    assert_eq!(reported, said);
    assert!(server.greeting.contains(body), "the server says to try the same");
}
