//! Members, webhooks and sockets.

use http::Method;
use serde_json::json;

use super::{Case, Exchange, Expected, bad, good};
use crate::system::CANARY;
use crate::system::ask::{Ask, REQUEST_ID};
use crate::system::world::{ACME, HANDBOOK, PRODUKTE, User, World};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = members();
    cases.extend(hooks());
    cases.extend(sockets());
    cases
}

fn members() -> Vec<Case> {
    const LIST: &str = "GET /api/v1/members";
    const CHANGE: &str = "PATCH /api/v1/members/{user_id}";
    let change = |world: &World, member: User, by: User, role: &str| {
        let path = format!("/api/v1/members/{}", member.id());
        Ask::new(Method::PATCH, path).acme(world, by).json(&json!({"role": role}))
    };
    vec![
        good(LIST, 200, |world| Ask::get("/api/v1/members").acme(world, User::Admin)),
        bad(LIST, "by a guest", &[(403, "insufficient_permissions")], |world| {
            Ask::get("/api/v1/members").acme(world, User::Guest)
        }),
        good(CHANGE, 200, move |world| change(world, User::Suspended, User::Owner, "member")),
        bad(CHANGE, "to an unknown role", &[(400, "validation_failed")], move |world| {
            change(world, User::Suspended, User::Owner, &format!("{CANARY}-role"))
        }),
        bad(CHANGE, "to one's own level", &[(403, "insufficient_role")], move |world| {
            change(world, User::Suspended, User::Owner, "owner")
        }),
        bad(CHANGE, "of a stranger", &[(404, "member_not_found")], |world| {
            let path = format!("/api/v1/members/{HANDBOOK}");
            let ask = Ask::new(Method::PATCH, path).acme(world, User::Owner);
            ask.json(&json!({"role": "member"}))
        }),
    ]
}

fn hooks() -> Vec<Case> {
    const INGEST: &str = "POST /hooks/ingest";
    let ingest = |key: &str| Ask::post("/hooks/ingest").field("x-api-key", key);
    vec![
        good(INGEST, 202, move |world| {
            // See `documents`.
            let id = world.kbs.take();
            world.kbs.add(&*id);
            ingest("kb_live_acme_ingest").json(&json!({"kb_id": id, "text": "Thirty days."}))
        }),
        bad(INGEST, "with an expired key", &[(401, "invalid_api_key")], move |_| {
            ingest("kb_live_acme_expired").json(&json!({"kb_id": HANDBOOK, "text": CANARY}))
        }),
        bad(INGEST, "for another organization", &[(404, "kb_not_found")], move |_| {
            ingest("kb_live_acme_ingest").json(&json!({"kb_id": PRODUKTE, "text": CANARY}))
        }),
        bad(INGEST, "without a text", &[(400, "validation_failed")], move |_| {
            ingest("kb_live_acme_ingest")
                .json(&json!({"kb_id": format!("{CANARY}-kb"), "text": ""}))
        }),
    ]
}

/// Over HTTP/2 a handshake is a `CONNECT` (RFC 8441 §4).
const NO_HANDSHAKE: &[(u16, &str)] = &[(400, "bad_request"), (405, "method_not_allowed")];

fn sockets() -> Vec<Case> {
    let socket = |what, expected, ask: fn(&World) -> Ask, command| Case {
        operation: "GET /ws".to_owned(),
        what,
        expected,
        exchange: Exchange::Socket(ask, command),
        then: |_, _| {},
    };
    let fails = Expected::Provoked(500, "internal_error");
    vec![
        socket("", Expected::Success(101), open, r#"{"do":"echo","text":"hello"}"#),
        socket("with a command that fails", fails, open, r#"{"do":"fail"}"#),
        socket(
            "with an unknown command",
            Expected::Problem(&[(400, "unknown_command")]),
            open,
            r#"{"do":"c4n4ry-command"}"#,
        ),
        socket(
            "with an unknown token",
            Expected::Problem(&[(401, "invalid_token")]),
            |_| Ask::get(format!("/ws?token={CANARY}-token&org_id={ACME}")),
            "",
        ),
        bad("GET /ws", "that is no handshake", NO_HANDSHAKE, |world| {
            Ask::get("/ws").acme(world, User::Guest)
        }),
    ]
}

/// Returns the request of a handshake. The fields of the protocol are added by its client.
fn open(world: &World) -> Ask {
    let token = world.token(User::Guest);
    let ask = Ask::get(format!("/ws?token={token}&org_id={ACME}"));
    ask.field(REQUEST_ID, world.provoked())
}
