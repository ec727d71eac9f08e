//! Tests of the default limit, and of the fields that a limit sends.

use definable_errors::ApiErrorLayer;
use definable_errors::rate_limit::{Quota, RateLimit};
use expect_test::expect;
use support::{get, send};

use super::{Hands, app, is_admitted, stopped};

/// The clock does not move, so that all requests are in the same minute.
#[tokio::test]
async fn hundred_requests_a_minute_pass_and_one_more_does_not() {
    let app = app(stopped(RateLimit::per_address(Quota::DEFAULT)));
    send(app.clone(), get("/")).await.is(&expect![[r#"
        200 OK
        content-type: text/plain; charset=utf-8
        ratelimit-policy: "default";q=100;w=60
        ratelimit: "default";r=99;t=60
        x-ratelimit-limit: 100
        x-ratelimit-remaining: 99
        x-ratelimit-reset: 60
        x-request-id: <id>

        in"#]]);
    for _ in 0..99 {
        assert!(is_admitted(&app, get("/orders/7")).await);
    }
    send(app, get("/")).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: application/problem+json
        ratelimit-policy: "default";q=100;w=60
        ratelimit: "default";r=0;t=60
        retry-after: 60
        vary: accept
        x-content-type-options: nosniff
        x-ratelimit-limit: 100
        x-ratelimit-remaining: 0
        x-ratelimit-reset: 60
        x-request-id: <id>

        type: "/problems/rate_limited"
        title: "Rate limited"
        status: 429
        detail: "Too many requests"
        instance: "urn:uuid:<id>"
        code: "rate_limited"
        request_id: "<id>"
        retry_after: 60
        retryable: true
        violated_policies: ["default"]
    "#]]);
}

#[tokio::test]
async fn limit_without_the_layer_is_correct() {
    let limit = stopped(RateLimit::per_address(Quota::per_minute(1)));
    let app = axum::Router::new().route("/", axum::routing::get(|| async { "in" })).layer(limit);
    assert_eq!(send(app.clone(), get("/")).await.body, "in");
    send(app, get("/")).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: application/problem+json
        ratelimit-policy: "default";q=1;w=60
        ratelimit: "default";r=0;t=60
        retry-after: 60
        x-content-type-options: nosniff
        x-ratelimit-limit: 1
        x-ratelimit-remaining: 0
        x-ratelimit-reset: 60

        type: "/problems/rate_limited"
        title: "Rate limited"
        status: 429
        detail: "Too many requests"
        code: "rate_limited"
        retry_after: 60
        retryable: true
        violated_policies: ["default"]
    "#]]);
}

#[tokio::test]
async fn older_fields_and_the_drafts_type_are_configurable() {
    let limit = stopped(RateLimit::per_address(Quota::per_hour(1).with_name("hourly")));
    let app = app(limit.without_legacy_headers().draft_problem_type());
    assert!(is_admitted(&app, get("/")).await);
    send(app, get("/")).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: application/problem+json
        ratelimit-policy: "hourly";q=1;w=3600
        ratelimit: "hourly";r=0;t=3600
        retry-after: 3600
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "https://iana.org/assignments/http-problem-types#quota-exceeded"
        title: "Quota exceeded"
        status: 429
        detail: "Too many requests"
        instance: "urn:uuid:<id>"
        code: "rate_limited"
        request_id: "<id>"
        retry_after: 3600
        retryable: true
        violated-policies: ["hourly"]
    "#]]);
}

/// The announced wait is long enough, and all fields that contain it agree.
#[tokio::test]
async fn client_that_waits_as_long_as_announced_is_admitted() {
    for quota in [Quota::per_minute(3), Quota::per_minute(3).with_burst(2)] {
        let hands = Hands::default();
        let app = app(RateLimit::per_address(quota).store(hands.store()));
        for _ in 0..30 {
            hands.move_by(1);
            let answer = send(app.clone(), get("/")).await;
            let Some(wait) = answer.header("retry-after") else { continue };
            let time = format!("\"default\";r=0;t={wait}");
            assert_eq!(answer.header("ratelimit"), Some(&*time));
            assert_eq!(answer.header("x-ratelimit-reset"), Some(wait));
            let wait: u64 = wait.parse().unwrap();
            assert!(wait >= 1);
            hands.move_by(wait);
            assert!(is_admitted(&app, get("/")).await);
        }
    }
}

/// The strictest quota is sent, all policies are named, and only exceeded ones are listed as
/// violated.
#[tokio::test]
async fn several_quotas_are_one_limit() {
    let hands = Hands::default();
    let limit = RateLimit::per_address(Quota::per_second(2).with_name("burst"))
        .quota(Quota::per_hour(3).with_name("hour"))
        .store(hands.store());
    let app = app(limit);
    send(app.clone(), get("/")).await.is(&expect![[r#"
        200 OK
        content-type: text/plain; charset=utf-8
        ratelimit-policy: "burst";q=2;w=1, "hour";q=3;w=3600
        ratelimit: "burst";r=1;t=1
        x-ratelimit-limit: 2
        x-ratelimit-remaining: 1
        x-ratelimit-reset: 1
        x-request-id: <id>

        in"#]]);
    assert!(is_admitted(&app, get("/")).await);
    send(app.clone(), get("/")).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: application/problem+json
        ratelimit-policy: "burst";q=2;w=1, "hour";q=3;w=3600
        ratelimit: "burst";r=0;t=1
        retry-after: 1
        vary: accept
        x-content-type-options: nosniff
        x-ratelimit-limit: 2
        x-ratelimit-remaining: 0
        x-ratelimit-reset: 1
        x-request-id: <id>

        type: "/problems/rate_limited"
        title: "Rate limited"
        status: 429
        detail: "Too many requests"
        instance: "urn:uuid:<id>"
        code: "rate_limited"
        request_id: "<id>"
        retry_after: 1
        retryable: true
        violated_policies: ["burst"]
    "#]]);
    hands.move_by(3);
    assert!(is_admitted(&app, get("/")).await);
    send(app, get("/")).await.is(&expect![[r#"
        429 Too Many Requests
        cache-control: no-store
        content-type: application/problem+json
        ratelimit-policy: "burst";q=2;w=1, "hour";q=3;w=3600
        ratelimit: "hour";r=0;t=3600
        retry-after: 3600
        vary: accept
        x-content-type-options: nosniff
        x-ratelimit-limit: 3
        x-ratelimit-remaining: 0
        x-ratelimit-reset: 3600
        x-request-id: <id>

        type: "/problems/rate_limited"
        title: "Rate limited"
        status: 429
        detail: "Too many requests"
        instance: "urn:uuid:<id>"
        code: "rate_limited"
        request_id: "<id>"
        retry_after: 3600
        retryable: true
        violated_policies: ["hour"]
    "#]]);
}

/// Both limits send their fields; of the older fields, which occur once, those of the stricter
/// limit remain.
#[tokio::test]
async fn limit_inside_another_is_announced_too() {
    let inner = stopped(RateLimit::per_address(Quota::per_minute(1).with_name("inner")));
    let outer = stopped(RateLimit::per_address(Quota::per_minute(9).with_name("outer")));
    let app = axum::Router::new()
        .route("/", axum::routing::get(|| async { "in" }).layer(inner))
        .layer(definable_errors::guard::layer(outer))
        .layer(ApiErrorLayer::new());
    let both = |answer: support::Answer| {
        let all = |name| {
            let values = answer.headers.get_all(name).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>().join(", ")
        };
        (all("ratelimit"), all("ratelimit-policy"), all("x-ratelimit-remaining"))
    };
    let policies = "\"inner\";q=1;w=60, \"outer\";q=9;w=60".to_owned();
    let first = both(send(app.clone(), get("/")).await);
    assert_eq!(
        first,
        ("\"inner\";r=0;t=60, \"outer\";r=8;t=60".into(), policies.clone(), "0".into())
    );
    let second = both(send(app, get("/")).await);
    assert_eq!(second, ("\"inner\";r=0;t=60, \"outer\";r=7;t=60".into(), policies, "0".into()));
}
