//! Tests of roles: who may give which role to whom.

use serde_json::{Value, json};

use crate::database::Database;
use crate::{ACME, Answer, Server, User};

fn path(user: User) -> String {
    format!("/api/v1/members/{}?org_id={ACME}", user.id())
}

async fn promote(server: &Server, by: User, user: User, role: &str) -> Answer {
    Answer::to(server.request_by(by, "PATCH", &path(user)).json(&json!({"role": role}))).await
}

#[tokio::test]
async fn members_come_in_pages() {
    let server = Server::production();
    let list = format!("/api/v1/members?org_id={ACME}&page_size=2");
    let page = server.get(&list).await.json(200);
    assert_eq!((&page["total"], &page["has_more"]), (&json!(6), &json!(true)));
    assert_eq!(
        page["items"],
        json!([
            {"user_id": User::Admin.id(), "email": "admin@acme.test", "role": "admin", "status": "active"},
            {"user_id": User::Guest.id(), "email": "guest@acme.test", "role": "guest", "status": "active"},
        ])
    );
    assert_eq!(server.get(&(list + "&page=0")).await.violations(), ["page range"]);
}

#[tokio::test]
async fn new_role_takes_effect_at_once() {
    let server = Server::production();
    let kbs = format!("/api/v1/kbs?org_id={ACME}");
    let create = || {
        let request = server.request_by(User::Guest, "POST", &kbs);
        Answer::to(request.json(&json!({"name": "Recipes"})))
    };
    create().await.problem(403, "insufficient_permissions");
    let changed = promote(&server, User::Owner, User::Guest, "member").await.json(200);
    assert_eq!(
        changed,
        json!({"user_id": User::Guest.id(), "email": "guest@acme.test", "role": "member", "status": "active"})
    );
    create().await.json(201);
}

/// Callers cannot raise themselves to such a level either.
#[tokio::test]
async fn member_cannot_grant_a_level_at_or_above_their_own() {
    let server = Server::production();
    for (user, role) in [
        (User::Guest, "owner"),
        (User::Owner, "owner"),
        (User::Owner, "guest"),
        (User::Admin, "owner"),
    ] {
        let answer = promote(&server, User::Owner, user, role).await;
        let problem = answer.problem(403, "insufficient_role");
        assert_eq!(problem["detail"], "Insufficient permissions");
        assert!(!answer.headers.contains_key("www-authenticate"));
    }
    promote(&server, User::Owner, User::Guest, "admin").await.json(200);
    let owner = server.get(&format!("/api/v1/members?org_id={ACME}")).await.json(200);
    assert_eq!(owner["items"][4]["role"], "owner", "{owner}");
}

/// The rule depends on levels, not on the role names of the seed.
#[tokio::test]
async fn manager_of_members_is_limited_to_lower_levels() {
    let database = Database::new("managers");
    drop(Server::with(&[("DATABASE_URL", database.url())]));
    database.run("INSERT INTO roles VALUES ('manager', 50, '[\"members:*\", \"kb:*\"]')").await;
    database
        .run("UPDATE memberships SET role = 'manager' WHERE user_id LIKE 'bbbbbbbb-0003%'")
        .await;
    let server = Server::with(&[("DATABASE_URL", database.url())]);
    promote(&server, User::Member, User::Guest, "member").await.json(200);
    for (user, role) in [
        (User::Guest, "manager"),
        (User::Guest, "admin"),
        (User::Admin, "guest"),
        (User::Owner, "guest"),
        (User::Member, "owner"),
    ] {
        let answer = promote(&server, User::Member, user, role).await;
        answer.problem(403, "insufficient_role");
    }
    // The permission is granted, but the level is too low.
    let kb = format!("/api/v1/kbs/{}?org_id={ACME}", crate::HANDBOOK);
    let delete = Answer::to(server.request_by(User::Member, "DELETE", &kb)).await;
    delete.problem(403, "insufficient_role");
}

#[tokio::test]
async fn an_unknown_role_is_a_violation_with_the_known_ones() {
    let server = Server::production();
    let answer = promote(&server, User::Owner, User::Guest, "hunter2").await;
    let problem = answer.problem(400, "validation_failed");
    let known = json!(["admin", "guest", "member", "owner"]);
    assert_eq!(problem["errors"][0]["params"]["expected"], known);
    assert!(!answer.text.contains("hunter2"));
    let send = async |body: Value| server.send("PATCH", &path(User::Guest), &body).await;
    assert_eq!(
        send(json!({"roll": "guest"})).await.violations(),
        ["#/roll unknown_field", "#/role required"]
    );
    assert_eq!(send(json!({"role": 7})).await.violations(), ["#/role type"]);
}

#[tokio::test]
async fn non_member_is_not_found() {
    let server = Server::production();
    for user in [User::Locked] {
        let answer = server.send("PATCH", &path(user), &json!({"roll": 7})).await;
        assert_eq!(answer.problem(404, "member_not_found")["user_id"], user.id());
    }
    let wrong = format!("/api/v1/members/hunter2?org_id={ACME}");
    let answer = server.send("PATCH", &wrong, &json!({"role": "guest"})).await;
    assert_eq!(answer.violations(), ["user_id invalid"]);
}

/// A user whose membership has ended gets the response of a stranger, and other members get a 404.
#[tokio::test]
async fn ended_membership_counts_as_none() {
    let database = Database::new("over");
    let server = Server::with(&[("DATABASE_URL", database.url())]);
    database
        .run("UPDATE memberships SET status = 'deleted' WHERE user_id LIKE 'bbbbbbbb-0004%'")
        .await;
    let kbs = format!("/api/v1/kbs?org_id={ACME}");
    let guest = Answer::to(server.request_by(User::Guest, "GET", &kbs)).await;
    guest.problem(403, "not_a_member");
    promote(&server, User::Owner, User::Guest, "member").await.problem(404, "member_not_found");
    assert_eq!(server.get(&format!("/api/v1/members?org_id={ACME}")).await.json(200)["total"], 5);
    let own = server.request_by(User::Guest, "GET", "/users/me/organizations");
    assert_eq!(Answer::to(own).await.json(200), json!({"items": []}));
}

/// A failing store neither denies callers for lack of rights nor admits any.
#[tokio::test]
async fn broken_store_is_a_500() {
    let database = Database::new("no_memberships");
    let server = Server::with(&[("DATABASE_URL", database.url())]);
    database.run("ALTER TABLE memberships RENAME TO elsewhere").await;
    let list = server.get(&format!("/api/v1/members?org_id={ACME}")).await;
    let problem = list.problem(500, "internal_error");
    assert_eq!(problem["detail"], "Internal server error");
    database.run("ALTER TABLE users RENAME TO nowhere").await;
    server.get("/users/me").await.problem(500, "internal_error");
    let login = json!({"email": "owner@acme.test", "password": "x"});
    server.send("POST", "/auth/login", &login).await.problem(500, "internal_error");
}
