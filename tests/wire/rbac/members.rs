//! Tests of callers who are not active members of the organization.

use expect_test::expect;
use support::{Answer, get, send};

use super::service::{GLOBEX, app, as_user, with_token};

async fn refused(user: &str) -> Answer {
    let answer = send(app(), as_user(user, "/member")).await;
    answer.check();
    answer
}

#[tokio::test]
async fn stranger_is_not_a_member() {
    refused("stranger").await.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/not_a_member"
        title: "Not a member"
        status: 403
        detail: "User is not a member of this organization"
        instance: "urn:uuid:<id>"
        code: "not_a_member"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn suspended_member_gets_a_code_of_its_own() {
    refused("suspended").await.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/membership_suspended"
        title: "Membership suspended"
        status: 403
        detail: "The membership in this organization is suspended."
        instance: "urn:uuid:<id>"
        code: "membership_suspended"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn invited_member_gets_a_code_of_its_own() {
    refused("invited").await.is(&expect![[r#"
        403 Forbidden
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/membership_pending"
        title: "Membership pending"
        status: 403
        detail: "The invitation to this organization has not been accepted yet."
        instance: "urn:uuid:<id>"
        code: "membership_pending"
        request_id: "<id>"
    "#]]);
}

/// An ended membership, one with an unknown status, and none at all get the same response.
#[tokio::test]
async fn inactive_membership_counts_as_none() {
    let without_ids = |answer: Answer| {
        let mut body = answer.json();
        let members = body.as_object_mut().unwrap();
        members.remove("instance").zip(members.remove("request_id")).unwrap();
        body
    };
    let stranger = without_ids(refused("stranger").await);
    assert_eq!(stranger["code"], "not_a_member");
    assert_eq!(without_ids(refused("deleted").await), stranger);
    assert_eq!(without_ids(refused("odd").await), stranger);
}

#[tokio::test]
async fn role_counts_only_in_its_organization() {
    let elsewhere =
        |user, path: &str| send(app(), with_token(user, get(&format!("{path}?org_id={GLOBEX}"))));
    assert_eq!(elsewhere("member", "/read").await.body, "in");
    assert_eq!(elsewhere("member", "/any").await.code(), "insufficient_permissions");
    assert_eq!(elsewhere("owner", "/read").await.code(), "not_a_member");
}

/// An error of the store is never the client's fault, and its text is not sent.
#[tokio::test]
async fn failing_store_is_a_5xx() {
    for (user, code, status) in [
        ("unreachable", "internal_error", 500),
        ("forbidden", "internal_error", 500),
        ("unloaded", "internal_error", 500),
        ("overloaded", "overloaded", 503),
    ] {
        for path in ["/member", "/read", "/level", "/scope"] {
            let answer = send(app(), as_user(user, path)).await;
            answer.check();
            assert_eq!((&*answer.code(), answer.status.as_u16()), (code, status), "{user} {path}");
            assert!(!answer.body.contains("hunter2"), "{}", answer.body);
        }
    }
}
