//! Tests of knowledge bases: pages, violations, and who sees which of them.

use serde_json::{Value, json};

use crate::{ACME, Answer, GLOBEX, HANDBOOK, PRODUKTE, Server, User};

fn kbs(org_id: &str) -> String {
    format!("/api/v1/kbs?org_id={org_id}")
}

fn kb(kb_id: &str, org_id: &str) -> String {
    format!("/api/v1/kbs/{kb_id}?org_id={org_id}")
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let server = Server::production();
    let first = server.get(&(kbs(ACME) + "&page_size=1")).await.json(200);
    let second = server.get(&(kbs(ACME) + "&page_size=1&page=2")).await.json(200);
    assert_eq!(
        (&first["items"][0]["name"], &second["items"][0]["name"]),
        (&json!("Handbook"), &json!("Runbooks"))
    );
    assert_eq!(
        (&first["page"], &first["page_size"], &first["total"], &first["has_more"]),
        (&json!(1), &json!(1), &json!(2), &json!(true))
    );
    assert_eq!(second["has_more"], false);
    let far = server.get(&(kbs(ACME) + "&page=4294967295")).await.json(200);
    assert_eq!((&far["items"], &far["total"]), (&json!([]), &json!(2)));
}

#[tokio::test]
async fn an_organization_sees_its_own() {
    let server = Server::production();
    let globex = Answer::to(server.request_by(User::Member, "GET", &kbs(GLOBEX))).await.json(200);
    assert_eq!((&globex["total"], &globex["items"][0]["org_id"]), (&json!(1), &json!(GLOBEX)));
}

#[tokio::test]
async fn query_reports_all_of_its_violations() {
    let server = Server::production();
    let paged = async |query: &str| server.get(&(kbs(ACME) + query)).await.violations();
    assert_eq!(paged("&page=0&page_size=101").await, ["page range", "page_size range"]);
    assert_eq!(paged("&page=two").await, ["page type"]);
    assert_eq!(paged("&page=1&page=2&page_size=-1").await, ["page duplicate", "page_size range"]);
    assert_eq!(paged("&page=%FF").await, ["page type"]);
}

/// Without an organization the caller's rights are unknown, so nothing else is checked.
#[tokio::test]
async fn organization_is_checked_before_the_rest() {
    let server = Server::production();
    let reported =
        async |query: &str| server.get(&format!("/api/v1/kbs?{query}")).await.violations();
    assert_eq!(reported("page=0&page_size=x").await, ["org_id required"]);
    assert_eq!(reported("org_id=acme&page=0").await, ["org_id invalid"]);
    assert_eq!(reported("org_id=%FF").await, ["org_id invalid"]);
    assert_eq!(reported(&format!("org_id={ACME}&org_id={ACME}")).await, ["org_id duplicate"]);
}

#[tokio::test]
async fn violation_explains_how_to_fix_it() {
    let answer = Server::production().get(&(kbs(ACME) + "&page=0&page_size=hunter2")).await;
    let problem = answer.problem(400, "validation_failed");
    assert_eq!(problem["detail"], "2 fields are not valid.");
    assert_eq!(
        problem["errors"],
        json!([
            {"in": "query", "name": "page", "code": "range", "detail": "must be at least 1", "params": {"min": 1}},
            {"in": "query", "name": "page_size", "code": "type", "detail": "must be an integer", "params": {"expected": "integer"}},
        ])
    );
}

#[tokio::test]
async fn unknown_organization_has_no_members() {
    let unknown = "33333333-3333-4333-8333-333333333333";
    Server::production().get(&kbs(unknown)).await.problem(403, "not_a_member");
}

#[tokio::test]
async fn created_knowledge_base_can_be_found() {
    let server = Server::production();
    let created = server.send("POST", &kbs(ACME), &json!({"name": "Recipes"})).await;
    let body = created.json(201);
    let id = body["id"].as_str().unwrap();
    assert_eq!(created.header("location"), kb(id, ACME));
    assert_eq!(
        body,
        json!({
            "id": id, "org_id": ACME, "name": "Recipes", "description": null, "tags": [],
            "settings": {"chunk_size": 512, "overlap": 64, "language": "en"},
            "created_at": body["created_at"], "updated_at": body["created_at"],
        })
    );
    let found = server.get(created.header("location")).await;
    assert_eq!((found.json(200), found.header("etag")), (body, created.header("etag")));
}

#[tokio::test]
async fn name_is_unique_within_an_organization() {
    let server = Server::production();
    let handbook = json!({"name": "Handbook"});
    server.send("POST", &kbs(ACME), &handbook).await.problem(409, "kb_name_taken");
    let produkte = json!({"name": "Produkte"});
    server.send("POST", &kbs(ACME), &produkte).await.json(201);
    let renamed = server.send("PUT", &kb(HANDBOOK, ACME), &json!({"name": "Runbooks"})).await;
    renamed.problem(409, "kb_name_taken");
    // The rejected change has left nothing behind, not even a transaction.
    assert_eq!(server.get(&kb(HANDBOOK, ACME)).await.json(200)["name"], "Handbook");
}

#[tokio::test]
async fn knowledge_base_of_another_organization_is_not_found() {
    let server = Server::production();
    let path = kb(PRODUKTE, ACME);
    let answers = [
        server.get(&path).await,
        server.send("PUT", &path, &json!({"name": "Mine"})).await,
        server.send("DELETE", &path, &Value::Null).await,
    ];
    for answer in answers {
        assert_eq!(answer.problem(404, "kb_not_found")["kb_id"], PRODUKTE);
    }
    let by_member =
        async |path: &str| Answer::to(server.request_by(User::Member, "GET", path)).await;
    by_member(&kb(HANDBOOK, GLOBEX)).await.problem(404, "kb_not_found");
    by_member(&kb(HANDBOOK, ACME)).await.json(200);
    assert_eq!(by_member(&kb(PRODUKTE, GLOBEX)).await.json(200)["name"], "Produkte");
}

#[tokio::test]
async fn deleted_knowledge_base_is_not_found() {
    let server = Server::production();
    let path = kb(HANDBOOK, ACME);
    let deleted = server.send("DELETE", &path, &Value::Null).await;
    assert_eq!((deleted.status, &*deleted.text), (204, ""));
    server.send("DELETE", &path, &Value::Null).await.problem(404, "kb_not_found");
}

#[tokio::test]
async fn change_needs_the_newest_state() {
    let server = Server::production();
    let path = kb(HANDBOOK, ACME);
    let change = async |method: &str, if_match: &str| {
        let request = server.request(method, &path).header("if-match", if_match);
        Answer::to(request.json(&json!({"name": "Handbook 2", "description": "New."}))).await
    };
    let old = server.get(&path).await;
    let new = change("PUT", old.header("etag")).await;
    assert_eq!(new.json(200)["description"], "New.");
    assert_ne!(new.header("etag"), old.header("etag"));

    for stale in [old.header("etag"), &format!("W/{}", new.header("etag")), ""] {
        change("PUT", stale).await.problem(412, "kb_changed");
        change("DELETE", stale).await.problem(412, "kb_changed");
    }
    let nonsense = change("PUT", "nonsense").await;
    assert_eq!(nonsense.violations(), ["if-match type"]);
    change("PUT", "*").await.json(200);
    let newest = server.get(&path).await;
    let any_of = format!("{}, {}", old.header("etag"), newest.header("etag"));
    assert_eq!(change("DELETE", &any_of).await.status, 204);
    change("PUT", "*").await.problem(404, "kb_not_found");
}

#[tokio::test]
async fn current_copy_is_not_sent_again() {
    let server = Server::production();
    let path = kb(HANDBOOK, ACME);
    let first = server.get(&path).await;
    let again =
        |method: &str| server.request(method, &path).header("if-none-match", first.header("etag"));
    for method in ["GET", "HEAD"] {
        let copy = Answer::to(again(method)).await;
        assert_eq!((copy.status, &*copy.text), (304, ""));
        assert_eq!(copy.header("etag"), first.header("etag"));
        assert_eq!(copy.header("cache-control"), "private, no-cache");
        assert!(!copy.headers.contains_key("content-type"));
    }
    server.send("PUT", &path, &json!({"name": "Handbook 2"})).await.json(200);
    assert_eq!(Answer::to(again("GET")).await.json(200)["name"], "Handbook 2");
}

#[tokio::test]
async fn body_reports_all_of_its_violations() {
    let server = Server::production();
    let body = json!({
        "name": "", "description": "x".repeat(501),
        "tags": ["fine", "", 7, "x".repeat(33)],
        "settings": {"chunk_size": 63, "overlap": -1, "language": "es", "chunks": 1},
        "descriptoin": null,
    });
    let both = [
        server.send("POST", &kbs(ACME), &body).await.violations(),
        server.send("PUT", &kb(HANDBOOK, ACME), &body).await.violations(),
    ];
    for violations in both {
        assert_eq!(
            violations,
            [
                "#/description length",
                "#/descriptoin unknown_field",
                "#/name length",
                "#/settings/chunk_size range",
                "#/settings/chunks unknown_field",
                "#/settings/language one_of",
                "#/settings/overlap range",
                "#/tags/1 length",
                "#/tags/2 type",
                "#/tags/3 length",
            ]
        );
    }
    let tags = json!({"name": "New", "tags": vec!["x"; 11]});
    assert_eq!(server.send("POST", &kbs(ACME), &tags).await.violations(), ["#/tags length"]);
    // PostgreSQL could not store them.
    let body = json!({"name": "a\0b", "description": "\0"});
    let answer = server.send("POST", &kbs(ACME), &body).await;
    assert_eq!(answer.violations(), ["#/name nul", "#/description nul"]);
}

/// Violations are reported together, whatever part of the request they are in.
#[tokio::test]
async fn request_reports_the_violations_of_all_its_parts() {
    let server = Server::production();
    let request = server.request("PUT", &kb("handbook", ACME)).header("if-match", &b"\xff"[..]);
    let answer = Answer::to(request.json(&json!({"nmae": "", "tags": ["x".repeat(33)]}))).await;
    let problem = answer.problem(400, "validation_failed");
    assert_eq!(problem["detail"], "5 fields are not valid.");
    assert_eq!(
        problem["errors"],
        json!([
            {"in": "path", "name": "kb_id", "code": "invalid", "detail": "is not valid"},
            {"in": "header", "name": "if-match", "code": "type", "detail": "must be `*` or a list of entity tags in quotes, such as `\"7\", \"8\"`", "params": {"expected": "entity tags"}},
            {"in": "body", "pointer": "#/nmae", "code": "unknown_field", "detail": "is unknown, did you mean \"name\"?", "params": {"suggestion": "name"}},
            {"in": "body", "pointer": "#/tags/0", "code": "length", "detail": "must be 1 to 32 characters long", "params": {"min": 1, "max": 32}},
            {"in": "body", "pointer": "#/name", "code": "required", "detail": "is required"},
        ])
    );
    for method in ["GET", "DELETE"] {
        let answer = server.send(method, &kb("handbook", ACME), &Value::Null).await;
        assert_eq!(answer.violations(), ["kb_id invalid"]);
    }
}

/// A caller without access does not learn what is wrong with the request.
#[tokio::test]
async fn membership_is_checked_first() {
    let server = Server::production();
    let unknown = "33333333-3333-4333-8333-333333333333";
    let answers = [
        server.get(&(kbs(unknown) + "&page=0")).await,
        server.get(&kb("handbook", unknown)).await,
        server.send("POST", &kbs(unknown), &json!({"name": ""})).await,
        Answer::to(server.request("POST", &kbs(unknown)).body("name=x")).await,
    ];
    for answer in answers {
        answer.problem(403, "not_a_member");
    }
}

/// A request for a missing resource does not learn what is wrong with its body either.
#[tokio::test]
async fn existence_is_checked_before_the_body() {
    let server = Server::production();
    for path in [kb(PRODUKTE, ACME), format!("/api/v1/kbs/{PRODUKTE}/documents?org_id={ACME}")] {
        let method = if path.contains("documents") { "POST" } else { "PUT" };
        server.send(method, &path, &json!({"nmae": 7})).await.problem(404, "kb_not_found");
        let text = server.request(method, &path).body("hunter2");
        Answer::to(text).await.problem(404, "kb_not_found");
    }
}

#[tokio::test]
async fn an_overlap_is_less_than_a_chunk() {
    let server = Server::production();
    let body = |overlap| json!({"name": "New", "settings": {"chunk_size": 64, "overlap": overlap}});
    let refused = server.send("POST", &kbs(ACME), &body(64)).await;
    assert_eq!(refused.violations(), ["#/settings/overlap range"]);
    server.send("POST", &kbs(ACME), &body(63)).await.json(201);
    // If the size itself is invalid, the default overlap is not reported.
    for (size, reported) in [(json!(63), "range"), (json!("x"), "type"), (json!(i64::MAX), "range")]
    {
        let body = json!({"name": "Newer", "settings": {"chunk_size": size}});
        let refused = server.send("POST", &kbs(ACME), &body).await;
        assert_eq!(refused.violations(), [format!("#/settings/chunk_size {reported}")]);
    }
}

#[tokio::test]
async fn characters_are_counted_not_bytes() {
    let name = json!({"name": "ü".repeat(80)});
    Server::production().send("POST", &kbs(ACME), &name).await.json(201);
}

#[tokio::test]
async fn unreadable_body_is_rejected_and_never_echoed() {
    let server = Server::production();
    let post = async |body: &'static str| {
        let request = server.request("POST", &kbs(ACME)).header("content-type", "application/json");
        Answer::to(request.body(body)).await
    };
    let answers = [
        (post(r#"{"name": "hunter2""#).await, "malformed_body"),
        (post("").await, "malformed_body"),
        (post(r#"{"name": ["hunter2"]}"#).await, "validation_failed"),
        (post(r#"{"name": "x", "password": "hunter2"}"#).await, "validation_failed"),
        (post(r#"{"name": "x", "settings": {"language": "hunter2"}}"#).await, "validation_failed"),
        (post(r#"{"name": "x", "name": "hunter2"}"#).await, "validation_failed"),
        (post(r#"{"name": "x", "description": "\ud800 hunter2"}"#).await, "malformed_body"),
        (post(r#"["hunter2"]"#).await, "validation_failed"),
        (post(r#""hunter2""#).await, "validation_failed"),
        (server.get(&kb("hunter2", "hunter2")).await, "validation_failed"),
        (server.get("/api/v1/kbs?org_id=hunter2&page=hunter2").await, "validation_failed"),
    ];
    for (answer, code) in answers {
        answer.problem(400, code);
        assert!(!answer.text.contains("hunter2"), "{}", answer.text);
    }
}

#[tokio::test]
async fn body_must_be_json_within_the_size_limit() {
    let server = Server::production();
    let text = Answer::to(server.request("POST", &kbs(ACME)).body("name=x")).await;
    text.problem(415, "unsupported_media_type");
    assert_eq!(text.header("accept"), "application/json");
    let json = server.request("POST", &kbs(ACME));
    let latin = json.header("content-type", "application/json; charset=latin1").body("{}");
    Answer::to(latin).await.problem(415, "unsupported_media_type");
    let json = server.request("POST", &kbs(ACME)).header("content-type", "Application/Merge+JSON");
    Answer::to(json.body(r#"{"name": "Suffix"}"#)).await.json(201);
}

/// The head declares the length of the body, which is enough to reject it.
#[tokio::test]
async fn a_body_that_is_too_large_need_not_be_sent() {
    let server = Server::production();
    let answer = server.head_only("POST", &kbs(ACME), "application/json", 3 << 20);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"limit\":2097152"), "{answer}");
}
