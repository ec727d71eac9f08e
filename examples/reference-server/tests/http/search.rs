//! Tests of the search, with the built-in stand-in and with services that fail.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::port::Port;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{ACME, Answer, GLOBEX, HANDBOOK, PRODUKTE, Server, User};

fn path(query: &str) -> String {
    format!("/api/v1/kbs/{HANDBOOK}/search?org_id={ACME}{query}")
}

/// Stores a text in the handbook, and returns the id of its document.
async fn store(server: &Server, text: &str) -> String {
    let note = json!({"kb_id": HANDBOOK, "text": text});
    let request = server.anonymous("POST", "/hooks/ingest").json(&note);
    let document = Answer::to(request.header("x-api-key", "kb_live_acme_ingest")).await.json(202);
    document["id"].as_str().unwrap().to_owned()
}

/// An embeddings service that writes the same bytes to each request and closes the connection. It
/// records the requests.
#[derive(Clone)]
struct Service {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn writing(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = Self { url, requests: Arc::default() };
        let (requests, answer) = (service.requests.clone(), answer.into());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 65_536];
                let length = stream.read(&mut request).await.unwrap_or(0);
                requests.lock().unwrap().push(String::from_utf8_lossy(&request[..length]).into());
                let _ = stream.write_all(&answer).await;
                if answer.is_empty() {
                    // It does not answer until the client gives up.
                    while matches!(stream.read(&mut request).await, Ok(1..)) {}
                }
            }
        });
        service
    }

    async fn answering(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close");
        Self::writing(format!("{head}\r\n{headers}\r\n{body}")).await
    }

    /// Starts the server with this service, and stores a text that can be found.
    async fn server(&self) -> Server {
        let settings =
            [("EMBEDDINGS_URL", &*self.url), ("DEADLINE", "1s"), ("RATE_LIMIT", "1000/60s")];
        let server = Server::with(&settings);
        store(&server, "Everyone has 30 days of leave.").await;
        server
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

#[tokio::test]
async fn empty_document_is_searched() {
    let server = Server::production();
    let upload = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"empty.txt\"\r\n\
                  content-type: text/plain\r\n\r\n\r\n--x--\r\n";
    let uploads = format!("/api/v1/kbs/{HANDBOOK}/documents?org_id={ACME}");
    let request = server.request("POST", &uploads).body(upload);
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(Answer::to(request).await.json(201)["size"], 0);
    let found = server.get(&path("&q=leave")).await.json(200);
    assert_eq!(found["items"], json!([]));
}

#[tokio::test]
async fn similar_documents_are_found_and_the_most_similar_one_is_first() {
    let server = Server::production();
    let leave =
        store(&server, "# Leave\nAsk your lead early. Everyone has 30 days of leave!").await;
    let sick = store(&server, "Sick days are not days of leave.").await;
    store(&server, "The printer is on the second floor.").await;
    for _ in 0..2 {
        let found = server.get(&path("&q=How+many+days+of+leave+has+everyone%3F")).await.json(200);
        let items = found["items"].as_array().unwrap();
        let ids: Vec<_> = items.iter().map(|item| item["document_id"].as_str().unwrap()).collect();
        assert_eq!(ids, [&leave, &sick]);
        let score = items[0]["score"].as_f64().unwrap();
        assert!(score > items[1]["score"].as_f64().unwrap() && score < 1.0, "{found}");
        assert_eq!(
            items[0],
            json!({
                "document_id": leave, "file_name": null, "score": score,
                "snippet": "Everyone has 30 days of leave!",
            })
        );
    }
    // A text that is added later is found at once.
    let later = store(&server, "holiday").await;
    let found = server.get(&path("&q=holiday")).await.json(200);
    assert_eq!(found["items"][0]["document_id"], later.as_str());
    assert_eq!(found["items"][0]["score"], 1.0);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn ten_of_many_documents_are_returned() {
    let server = Server::with(&[("RATE_LIMIT", "1000/60s")]);
    for number in 0..40 {
        store(&server, &format!("leave {number}")).await;
    }
    let found = server.get(&path("&q=leave+7")).await.json(200);
    let items = found["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["snippet"]), (10, &json!("leave 7")));
}

#[tokio::test]
async fn knowledge_base_without_documents_has_no_matches() {
    let server = Server::with(&[("EMBEDDINGS_URL", "http://127.0.0.1:9")]);
    assert_eq!(server.get(&path("&q=leave")).await.json(200), json!({"items": []}));
}

#[tokio::test]
async fn query_has_1_to_200_characters() {
    let server = Server::production();
    assert_eq!(server.get(&path("")).await.violations(), ["q required"]);
    assert_eq!(server.get(&path("&q=")).await.violations(), ["q length"]);
    let long = "%C3%BC".repeat(201);
    assert_eq!(server.get(&path(&format!("&q={long}"))).await.violations(), ["q length"]);
    server.get(&path(&format!("&q={}", &long[6..]))).await.json(200);
    let malformed = format!("/api/v1/kbs/hunter2/search?org_id={ACME}&q=");
    assert_eq!(server.get(&malformed).await.violations(), ["kb_id invalid", "q length"]);
}

#[tokio::test]
async fn knowledge_base_of_another_organization_is_not_found() {
    let server = Server::production();
    for kb_id in [PRODUKTE, GLOBEX] {
        let path = format!("/api/v1/kbs/{kb_id}/search?org_id={ACME}&q=leave");
        assert_eq!(server.get(&path).await.problem(404, "kb_not_found")["kb_id"], kb_id);
    }
}

#[tokio::test]
async fn service_gets_the_query_the_texts_and_the_ids_of_the_request() {
    let json = "content-type: application/json\r\n";
    let service = Service::answering("200 OK", json, "[[1.0, 0.5], [1.0, 0.0]]").await;
    let server = service.server().await;
    let request = server.request("GET", &path("&q=leave")).header("x-request-id", "search-7");
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let found = Answer::to(request.header("traceparent", trace)).await.json(200);
    assert_eq!(found["items"][0]["score"], 0.8944);
    let requests = service.requests.lock().unwrap().clone();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(request.starts_with("POST /embed HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-request-id: search-7\r\n"), "{request}");
    assert!(request.contains(&format!("traceparent: {}", &trace[..36])), "{request}");
    assert!(request.contains("idempotency-key: \"") && !request.contains("Bearer"), "{request}");
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let inputs = json!(["leave", "Everyone has 30 days of leave."]);
    assert_eq!(body, json!({"inputs": inputs, "truncate": true}));
}

#[tokio::test]
async fn failure_of_the_service_is_502_503_or_504() {
    let json = "content-type: application/json\r\n";
    let problem = r#"{"detail": "hunter2", "code": "out_of_memory", "instance": "urn:uuid:7"}"#;
    let problem_json = "content-type: application/problem+json\r\n";
    let closed =
        Service { url: format!("http://{}", Port::claim().address()), requests: Arc::default() };
    let cases = [
        (closed, 502, "upstream_failed"),
        (Service::writing("hunter2\r\n\r\n").await, 502, "upstream_failed"),
        (Service::answering("500 Oh", problem_json, problem).await, 502, "upstream_failed"),
        (Service::answering("413 Oh", problem_json, problem).await, 502, "upstream_failed"),
        (
            Service::answering("302 Oh", "location: http://127.0.0.1:9/\r\n", "").await,
            502,
            "upstream_failed",
        ),
        (Service::answering("504 Oh", "", "hunter2").await, 504, "upstream_timeout"),
        (
            Service::answering("503 Oh", "retry-after: 7\r\n", "hunter2").await,
            503,
            "service_unavailable",
        ),
        (
            Service::answering("429 Oh", "retry-after: 7\r\n", "hunter2").await,
            503,
            "service_unavailable",
        ),
        (Service::answering("200 OK", json, "hunter2").await, 502, "upstream_failed"),
        (Service::answering("200 OK", json, "[[1.0], []]").await, 502, "upstream_failed"),
        (Service::answering("200 OK", json, "[[1.0]]").await, 502, "upstream_failed"),
        (Service::answering("200 OK", json, "[[1e99], [1.0]]").await, 502, "upstream_failed"),
        (Service::writing("").await, 504, "upstream_timeout"),
    ];
    for (service, status, code) in cases {
        let server = service.server().await;
        let started = Instant::now();
        let answer = server.get(&path("&q=leave")).await;
        assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
        answer.problem(status, code);
        assert!(!answer.text.contains("hunter2") && !answer.text.contains("embed"), "{answer:?}");
        let wait = if status == 503 { "7" } else { "" };
        assert_eq!(answer.header("retry-after"), wait, "{answer:?}");
        let log = server.log();
        let line = log.lines().find(|line| line.contains(code)).unwrap();
        assert!(line.contains("embeddings"), "{line}");
    }
}

#[tokio::test]
async fn service_that_always_fails_is_not_called_any_more() {
    let service = Service::answering("500 Oh", "", "").await;
    let server = service.server().await;
    for _ in 0..20 {
        server.get(&path("&q=leave")).await.problem(502, "upstream_failed");
    }
    let answer = server.get(&path("&q=leave")).await;
    let wait = answer.problem(503, "circuit_open")["retry_after"].as_u64().unwrap();
    assert!((3..=5).contains(&wait), "{wait}");
    assert_eq!(service.count(), 20);
    // Only the search needs the service.
    server.get(&format!("/api/v1/kbs?org_id={ACME}")).await.json(200);
    let log = server.log();
    assert!(log.contains("circuit opened"), "{log}");
}

#[tokio::test]
async fn members_of_both_kinds_may_search() {
    let server = Server::production();
    store(&server, "leave").await;
    for user in [User::Member, User::Guest] {
        let answer = Answer::to(server.request_by(user, "GET", &path("&q=leave"))).await;
        assert_eq!(answer.json(200)["items"][0]["score"], 1.0, "{user:?}");
    }
}
