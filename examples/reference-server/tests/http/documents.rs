//! Tests of uploads.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{ACME, Answer, GLOBEX, HANDBOOK, PRODUKTE, Server};

const KIND: &str = "multipart/form-data; boundary=x";

/// Returns a part of a multipart form with its headers.
fn part(headers: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--x\r\ncontent-disposition: form-data; {headers}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn file(content_type: &str, content: &[u8]) -> Vec<u8> {
    let headers =
        format!("name=\"file\"; filename=\"../no tes.md\"\r\ncontent-type: {content_type}");
    part(&headers, content)
}

fn path(kb_id: &str, org_id: &str) -> String {
    format!("/api/v1/kbs/{kb_id}/documents?org_id={org_id}")
}

fn upload(server: &Server, path: &str, parts: &[Vec<u8>]) -> RequestBuilder {
    let body = [parts.concat(), b"--x--\r\n".to_vec()].concat();
    server.request("POST", path).header("content-type", KIND).body(body)
}

async fn sent(server: &Server, parts: &[Vec<u8>]) -> Answer {
    Answer::to(upload(server, &path(HANDBOOK, ACME), parts)).await
}

#[tokio::test]
async fn a_file_becomes_a_document() {
    let server = Server::production();
    let other = part("name=\"comment\"", b"hello");
    let answer = sent(&server, &[other, file("Text/Markdown; charset=utf-8", b"# Hi")]).await;
    let document = answer.json(201);
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    assert_eq!(
        document,
        json!({
            "id": text("id"), "kb_id": HANDBOOK, "file_name": "no tes.md",
            "content_type": "text/markdown", "size": 4, "created_at": text("created_at"),
        })
    );
}

#[tokio::test]
async fn a_file_need_not_have_a_name_or_a_type() {
    let document = sent(&Server::production(), &[part("name=\"file\"", b"")]).await.json(201);
    assert_eq!(
        (&document["file_name"], &document["content_type"], &document["size"]),
        (&Value::Null, &json!("text/plain"), &json!(0))
    );
}

#[tokio::test]
async fn other_media_types_are_rejected() {
    let server = Server::production();
    for kind in ["image/png", "text/html", "text/*", "hunter2", "application/pdf2"] {
        let answer = sent(&server, &[file(kind, b"hello")]).await;
        answer.problem(415, "unsupported_media_type");
        assert_eq!(answer.header("accept"), "text/plain, text/markdown, application/pdf");
        assert!(!answer.text.contains("hunter2"));
    }
    for kind in ["text/plain", "application/pdf"] {
        sent(&server, &[file(kind, b"hello")]).await.json(201);
    }
    let json = server.send("POST", &path(HANDBOOK, ACME), &json!({})).await;
    json.problem(415, "unsupported_media_type");
    assert_eq!(json.header("accept"), "multipart/form-data");
}

#[tokio::test]
async fn a_file_is_at_most_a_mebibyte() {
    const LIMIT: usize = 1 << 20;
    let server = Server::production();
    let whole = sent(&server, &[file("text/plain", &vec![b'x'; LIMIT])]).await;
    assert_eq!(whole.json(201)["size"], LIMIT);
    // A client that has much more to send may miss the response, because the connection is closed.
    let answer = sent(&server, &[file("text/plain", &vec![b'x'; LIMIT + 1])]).await;
    assert_eq!(answer.problem(413, "payload_too_large")["limit"], LIMIT);
    let head = server.head_only("POST", &path(HANDBOOK, ACME), MULTIPART, 3 << 20);
    assert!(head.starts_with("HTTP/1.1 413 ") && head.contains("\"limit\":1048576"), "{head}");
}

const MULTIPART: &str = "multipart/form-data; boundary=x";

#[tokio::test]
async fn invalid_upload_is_rejected_at_once() {
    let server = Server::production();
    let other = || part("name=\"fiel\"", b"hunter2");
    let answer = sent(&server, &[other()]).await;
    assert_eq!(
        answer.problem(400, "validation_failed")["errors"],
        json!([{"in": "form", "pointer": "#/file", "code": "required", "detail": "is required"}])
    );
    let answer = Answer::to(upload(&server, &path("hunter2", ACME), &[other()])).await;
    assert_eq!(answer.violations(), ["kb_id invalid", "#/file required"]);
    assert!(!answer.text.contains("hunter2"));

    let two = [file("text/plain", b"a"), file("text/plain", b"b")];
    assert_eq!(sent(&server, &two).await.violations(), ["#/file duplicate"]);
    let broken = server.request("POST", &path(HANDBOOK, ACME)).header("content-type", KIND);
    Answer::to(broken.body(file("text/plain", b"hunter2"))).await.problem(400, "malformed_body");
}

#[tokio::test]
async fn a_document_needs_a_knowledge_base_of_the_organization() {
    let server = Server::production();
    for (kb_id, org_id) in [(PRODUKTE, ACME), (GLOBEX, ACME)] {
        let answer = Answer::to(upload(&server, &path(kb_id, org_id), &[file("text/plain", b"")]));
        assert_eq!(answer.await.problem(404, "kb_not_found")["kb_id"], kb_id);
    }
}

#[tokio::test]
async fn documents_are_deleted_with_their_knowledge_base() {
    let server = Server::production();
    sent(&server, &[file("text/plain", b"hello")]).await.json(201);
    let kb = format!("/api/v1/kbs/{HANDBOOK}?org_id={ACME}");
    assert_eq!(server.send("DELETE", &kb, &Value::Null).await.status, 204);
    sent(&server, &[file("text/plain", b"hello")]).await.problem(404, "kb_not_found");
}
