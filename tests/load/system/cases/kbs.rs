//! Knowledge bases, their documents, and the search in them.

use http::Method;
use serde_json::{Value, json};

use super::{Case, Expected, bad, case, good};
use crate::system::CANARY;
use crate::system::ask::{Ask, REQUEST_ID, json as parsed};
use crate::system::neighbours::{REJECTED, SLOWLY};
use crate::system::world::{ACME, HANDBOOK, PRODUKTE, User, World, word};

const KBS: &str = "/api/v1/kbs";
const CREATE: &str = "POST /api/v1/kbs";
const UPLOAD: &str = "POST /api/v1/kbs/{kb_id}/documents";
const SEARCH: &str = "GET /api/v1/kbs/{kb_id}/search";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = lists();
    cases.extend(created());
    cases.extend(batches());
    cases.extend(found());
    cases.extend(replaced());
    cases.extend(deleted());
    cases.extend(documents());
    cases.extend(searches());
    cases
}

fn kb(id: &str) -> String {
    format!("{KBS}/{id}")
}

fn lists() -> Vec<Case> {
    const LIST: &str = "GET /api/v1/kbs";
    vec![
        good(LIST, 200, |world| Ask::get(KBS).acme(world, User::Guest)),
        good(LIST, 200, |world| Ask::get(KBS).acme(world, User::Guest).query("page=2&page_size=5")),
        bad(LIST, "with an invalid page", &[(400, "validation_failed")], |world| {
            Ask::get(KBS).acme(world, User::Guest).query(&format!("page=0&page_size={CANARY}"))
        }),
        bad(LIST, "without an organization", &[(400, "validation_failed")], |world| {
            Ask::get(KBS).by(world, User::Guest)
        }),
        bad(LIST, "of another organization", &[(403, "not_a_member")], |world| {
            let globex = "org_id=22222222-2222-4222-8222-222222222222";
            Ask::get(KBS).query(globex).by(world, User::Owner)
        }),
        bad(LIST, "by a suspended member", &[(403, "membership_suspended")], |world| {
            Ask::get(KBS).acme(world, User::Suspended)
        }),
        bad(LIST, "by an invited user", &[(403, "membership_pending")], |world| {
            Ask::get(KBS).acme(world, User::Invited)
        }),
    ]
}

/// Keeps the id of a knowledge base for those who delete one.
fn keep(world: &World, response: &http::Response<bytes::Bytes>) {
    world.kbs.add(word(&parsed(response.body()), "id"));
}

fn created() -> Vec<Case> {
    let invalid = || {
        json!({
            "nmae": format!("{CANARY}-name"), "tags": [7, "", CANARY.repeat(10)],
            "settings": {"language": format!("{CANARY}-language"), "chunk_size": 1},
        })
    };
    vec![
        good(CREATE, 201, |world| {
            let body = json!({
                "name": world.name(), "description": "of the load test", "tags": ["load"],
                "settings": {"chunk_size": 256, "overlap": 32, "language": "de"},
            });
            Ask::post(KBS).acme(world, User::Member).json(&body)
        })
        .then(keep),
        bad(CREATE, "with a taken name", &[(409, "kb_name_taken")], |world| {
            Ask::post(KBS).acme(world, User::Owner).json(&json!({"name": "Handbook"}))
        }),
        bad(CREATE, "that is wrong everywhere", &[(400, "validation_failed")], move |world| {
            Ask::post(KBS).acme(world, User::Member).json(&invalid())
        }),
        bad(CREATE, "by a guest", &[(403, "insufficient_permissions")], |world| {
            Ask::post(KBS).acme(world, User::Guest).json(&json!({"name": format!("{CANARY}")}))
        }),
        bad(CREATE, "that is cut off", &[(400, "malformed_body")], |world| {
            let body = format!(r#"{{"name": "{CANARY}-cut"#);
            Ask::post(KBS).acme(world, User::Member).content("application/json", body)
        }),
        bad(CREATE, "without a type", &[(415, "unsupported_media_type")], |world| {
            Ask::post(KBS).acme(world, User::Member).content("text/plain", CANARY)
        }),
    ]
}

fn batches() -> Vec<Case> {
    const BATCH: &str = "POST /api/v1/kbs/batch";
    let batch = |world: &World, items: &Value| {
        Ask::post("/api/v1/kbs/batch").acme(world, User::Member).json(items)
    };
    vec![
        good(BATCH, 207, move |world| {
            let items = json!([
                {"name": world.name()}, {"name": "Handbook"}, {"nmae": format!("{CANARY}-item")},
            ]);
            batch(world, &items)
        })
        .then(|world, response| {
            world.kbs.add(word(&parsed(response.body())["results"][0]["kb"], "id"));
        }),
        bad(BATCH, "that is no list", &[(400, "validation_failed")], move |world| {
            batch(world, &json!({"name": format!("{CANARY}-no-list")}))
        }),
    ]
}

fn found() -> Vec<Case> {
    const FIND: &str = "GET /api/v1/kbs/{kb_id}";
    vec![
        good(FIND, 200, |world| Ask::get(kb(HANDBOOK)).acme(world, User::Guest)),
        bad(FIND, "of another organization", &[(404, "kb_not_found")], |world| {
            Ask::get(kb(PRODUKTE)).acme(world, User::Guest)
        }),
        bad(FIND, "with an id that is none", &[(400, "validation_failed")], |world| {
            Ask::get(kb(&format!("{CANARY}-id"))).acme(world, User::Guest)
        }),
    ]
}

fn replaced() -> Vec<Case> {
    const REPLACE: &str = "PUT /api/v1/kbs/{kb_id}";
    let replace = |world: &World, id: &str| Ask::new(Method::PUT, kb(id)).acme(world, User::Member);
    vec![
        good(REPLACE, 200, move |world| {
            replace(world, HANDBOOK).json(&json!({"name": "Handbook", "tags": ["people"]}))
        }),
        bad(REPLACE, "in another state", &[(412, "kb_changed")], move |world| {
            let stale = format!("\"{CANARY}\"");
            replace(world, HANDBOOK).field("if-match", stale).json(&json!({"name": "Handbook"}))
        }),
        bad(REPLACE, "with a taken name", &[(409, "kb_name_taken")], move |world| {
            replace(world, HANDBOOK).json(&json!({"name": "Runbooks"}))
        }),
        bad(REPLACE, "that does not exist", &[(404, "kb_not_found")], move |world| {
            replace(world, PRODUKTE).json(&json!({"name": format!("{CANARY}-name")}))
        }),
    ]
}

fn deleted() -> Vec<Case> {
    const DELETE: &str = "DELETE /api/v1/kbs/{kb_id}";
    let delete = |world: &World, id: &str, user| Ask::new(Method::DELETE, kb(id)).acme(world, user);
    vec![
        good(DELETE, 204, move |world| delete(world, &world.kbs.take(), User::Admin)),
        // There are as many that create one.
        good(DELETE, 204, move |world| delete(world, &world.kbs.take(), User::Owner)),
        bad(DELETE, "by a member", &[(403, "insufficient_permissions")], move |world| {
            delete(world, HANDBOOK, User::Member)
        }),
        bad(DELETE, "in another state", &[(412, "kb_changed")], move |world| {
            delete(world, HANDBOOK, User::Owner).field("if-match", format!("\"{CANARY}\""))
        }),
    ]
}

/// Documents are added to a knowledge base that is deleted soon after, so that the database and the
/// memory of the search do not grow.
fn documents() -> Vec<Case> {
    let upload = |world: &World, id: &str| {
        Ask::post(format!("{}/documents", kb(id))).acme(world, User::Member)
    };
    vec![
        good(UPLOAD, 201, move |world| {
            let id = world.kbs.take();
            world.kbs.add(&*id);
            upload(world, &id).file("file", "text/markdown", "# Leave\n\nThirty days a year.")
        }),
        bad(UPLOAD, "of another type", &[(415, "unsupported_media_type")], move |world| {
            upload(world, HANDBOOK).file("file", "image/png", CANARY)
        }),
        bad(UPLOAD, "without a file", &[(400, "validation_failed")], move |world| {
            upload(world, HANDBOOK).file("document", "text/plain", CANARY)
        }),
        bad(UPLOAD, "larger than 1 MiB", &[(413, "payload_too_large")], move |world| {
            upload(world, HANDBOOK).file("file", "text/plain", &CANARY.repeat(180_000))
        }),
        bad(UPLOAD, "without a boundary", &[(415, "unsupported_media_type")], move |world| {
            upload(world, HANDBOOK).content("multipart/form-data", CANARY)
        }),
        bad(UPLOAD, "for another organization", &[(404, "kb_not_found")], move |world| {
            upload(world, PRODUKTE).file("file", "text/plain", CANARY)
        }),
    ]
}

fn searches() -> Vec<Case> {
    let search = |world: &World, query: &str| {
        Ask::get(format!("{}/search?q={query}", kb(HANDBOOK))).acme(world, User::Guest)
    };
    vec![
        good(SEARCH, 200, move |world| search(world, "days+of+leave")),
        good(SEARCH, 200, move |world| search(world, SLOWLY)),
        bad(SEARCH, "that is too long", &[(400, "validation_failed")], move |world| {
            search(world, &CANARY.repeat(40))
        }),
        bad(SEARCH, "without words", &[(400, "validation_failed")], |world| {
            Ask::get(format!("{}/search?org_id={ACME}", kb(HANDBOOK))).by(world, User::Guest)
        }),
        case(
            SEARCH,
            "that the embeddings service rejects",
            Expected::Provoked(502, "upstream_failed"),
            move |world| {
                let words = format!("{CANARY}+{REJECTED}");
                search(world, &words).field(REQUEST_ID, world.provoked())
            },
        ),
    ]
}
