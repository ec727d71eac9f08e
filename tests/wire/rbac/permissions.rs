//! Tests of missing permissions and levels, and of what a denial reveals.

use expect_test::expect;
use support::send;

use super::service::{app, as_user};

async fn outcome(user: &str, path: &str) -> String {
    let answer = send(app(), as_user(user, path)).await;
    answer.check();
    match answer.status.as_u16() {
        200 => answer.body,
        _ => answer.code(),
    }
}

#[tokio::test]
async fn missing_permission_is_named() {
    send(app(), as_user("guest", "/any")).await.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/insufficient_permissions"
        title: "Insufficient permissions"
        status: 403
        detail: "Access denied. Required: members:read or jobs:read"
        instance: "urn:uuid:<id>"
        code: "insufficient_permissions"
        request_id: "<id>"
        required: "members:read or jobs:read"
    "#]]);
}

#[tokio::test]
async fn level_is_not_named() {
    send(app(), as_user("member", "/level")).await.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/insufficient_role"
        title: "Insufficient role"
        status: 403
        detail: "Insufficient permissions"
        instance: "urn:uuid:<id>"
        code: "insufficient_role"
        request_id: "<id>"
    "#]]);
}

/// Each row is a user, and each column a guard.
#[tokio::test]
async fn every_role_has_the_rights_it_was_granted() {
    let paths = ["/member", "/read", "/all", "/any", "/level", "/delete"];
    let expected = [
        ("owner", ["in", "in", "in", "in", "in", "in"]),
        ("admin", ["in", "in", "in", "in", "in", "insufficient_role"]),
        (
            "member",
            [
                "in",
                "in",
                "insufficient_permissions",
                "in",
                "insufficient_role",
                "insufficient_permissions",
            ],
        ),
        (
            "guest",
            [
                "in",
                "in",
                "insufficient_permissions",
                "insufficient_permissions",
                "insufficient_role",
                "insufficient_permissions",
            ],
        ),
    ];
    for (user, outcomes) in expected {
        for (path, expected) in paths.into_iter().zip(outcomes) {
            assert_eq!(outcome(user, path).await, expected, "{user} {path}");
        }
    }
}

#[tokio::test]
async fn several_permissions_read_like_a_sentence() {
    let required =
        async |path| send(app(), as_user("guest", path)).await.json()["required"].clone();
    assert_eq!(required("/all").await, "kb:read and members:read");
    assert_eq!(required("/any").await, "members:read or jobs:read");
    assert_eq!(required("/delete").await, "kb:delete");
}

#[tokio::test]
async fn denial_reveals_nothing_about_the_caller() {
    for (user, path) in
        [("member", "/level"), ("guest", "/any"), ("member", "/all"), ("guest", "/scope")]
    {
        let answer = send(app(), as_user(user, path)).await;
        let all = format!("{:?} {}", answer.headers, answer.body);
        for word in ["guest", "member ", "jobs:*", "level 20", "missing", "checks", "grant"] {
            assert!(!all.contains(word), "{path}: {word} in {all}");
        }
    }
}
