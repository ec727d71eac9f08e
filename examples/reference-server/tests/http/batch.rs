//! Tests of batches: each item succeeds or fails alone.

use serde_json::{Value, json};

use crate::{ACME, Answer, Server};

async fn sent(server: &Server, items: &Value) -> Answer {
    server.send("POST", &format!("/api/v1/kbs/batch?org_id={ACME}"), items).await
}

#[tokio::test]
async fn every_item_fails_alone() {
    let server = Server::production();
    let items = json!([
        {"name": "Recipes", "tags": ["food"]},
        {"name": "Recipes"},
        {"nmae": "Menus", "tags": ["", 7]},
        "hunter2",
        {"name": "Handbook"},
        {"name": "Wines", "settings": {"overlap": 512}},
        {"name": "Menus"},
    ]);
    let answer = sent(&server, &items).await;
    let body = answer.json(207);
    let results = body["results"].as_array().unwrap();
    let reported: Vec<_> = results
        .iter()
        .map(|one| {
            let reported = one["kb"]["name"].as_str().or(one["problem"]["code"].as_str());
            (one["status"].as_u64().unwrap(), reported.unwrap())
        })
        .collect();
    assert_eq!(
        reported,
        [
            (201, "Recipes"),
            (409, "kb_name_taken"),
            (400, "validation_failed"),
            (400, "validation_failed"),
            (409, "kb_name_taken"),
            (400, "validation_failed"),
            (201, "Menus"),
        ]
    );
    let places = |index: usize| {
        let errors = results[index]["problem"]["errors"].as_array().unwrap().iter();
        errors.map(|one| one["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(places(2), ["#/2/nmae", "#/2/tags/0", "#/2/tags/1", "#/2/name"]);
    assert_eq!((places(3), places(5)), (vec!["#/3".into()], vec!["#/5/settings/overlap".into()]));
    assert!(!answer.text.contains("hunter2"));

    let list = server.get(&format!("/api/v1/kbs?org_id={ACME}")).await.json(200);
    assert_eq!(list["total"], 4, "what went well is there");
}

#[tokio::test]
async fn an_item_is_the_knowledge_base_or_a_problem_without_ids() {
    let server = Server::production();
    let body = sent(&server, &json!([{"name": "New"}, {"name": "New"}])).await.json(207);
    let kb = &body["results"][0]["kb"];
    let path = format!("/api/v1/kbs/{}?org_id={ACME}", kb["id"].as_str().unwrap());
    assert_eq!(&server.get(&path).await.json(200), kb);
    assert_eq!(
        body["results"][1],
        json!({"status": 409, "problem": {
            "type": "/problems/kb_name_taken", "title": "Knowledge base name taken", "status": 409,
            "detail": "the organization has another knowledge base of this name",
            "code": "kb_name_taken",
        }})
    );
}

#[tokio::test]
async fn body_of_a_batch_must_be_a_list() {
    let server = Server::production();
    assert_eq!(sent(&server, &json!([])).await.json(207), json!({"results": []}));
    assert_eq!(sent(&server, &json!({"name": "New"})).await.violations(), ["# type"]);
    assert_eq!(sent(&server, &json!(vec![json!({}); 1001])).await.violations(), ["# length"]);
    let answer = server.send("POST", "/api/v1/kbs/batch?org_id=acme", &json!(7)).await;
    assert_eq!(answer.violations(), ["org_id invalid"]);
    let text = server.request("POST", &format!("/api/v1/kbs/batch?org_id={ACME}")).body("[]");
    Answer::to(text).await.problem(415, "unsupported_media_type");
}
