//! Tests that a response announces the right wait: a client that waits that long is admitted, and
//! one that waits less is not.

use std::time::Duration;

use axum::Router;
use definable_errors::rate_limit::{Quota, RateLimit};
use support::{Answer, get, send};

use super::fields::fastrand_like;
use super::{Hands, app, is_admitted};

const DAY: u64 = 24 * 3600;

/// Returns a limit whose clock the test controls.
fn limited(quotas: &[Quota]) -> (Hands, Router) {
    let hands = Hands::default();
    let limit = RateLimit::per_address(quotas[0]).store(hands.store());
    let limit = quotas[1..].iter().fold(limit, |limit, quota| limit.quota(*quota));
    (hands, app(limit))
}

fn reset(answer: &Answer) -> u64 {
    answer.header("x-ratelimit-reset").unwrap().parse().unwrap()
}

fn time(answer: &Answer) -> u64 {
    let (_, time) = answer.header("ratelimit").unwrap().rsplit_once(";t=").unwrap();
    time.parse().unwrap()
}

fn left(answer: &Answer) -> u32 {
    answer.header("x-ratelimit-remaining").unwrap().parse().unwrap()
}

fn month(limit: u32) -> Quota {
    Quota::new(limit, Duration::from_secs(30 * DAY))
}

#[tokio::test]
async fn reset_of_an_admitted_response_is_the_time_until_the_next_request() {
    for quota in [
        Quota::per_day(1),
        Quota::per_hour(1),
        month(1),
        Quota::per_minute(7).with_burst(1),
        Quota::per_day(7).with_burst(1),
    ] {
        for said in [reset, time] {
            let (hands, app) = limited(&[quota]);
            hands.move_by(1_000_007);
            for _ in 0..3 {
                let admitted = send(app.clone(), get("/")).await;
                assert_eq!((admitted.status.as_u16(), left(&admitted)), (200, 0));
                assert!(said(&admitted) <= quota.window().as_secs());
                hands.move_by(said(&admitted) - 1);
                assert!(!is_admitted(&app, get("/")).await, "{quota:?}");
                hands.move_by(1);
            }
        }
    }
}

#[tokio::test]
async fn whole_quota_is_available_again_after_the_reset() {
    for quota in [Quota::per_day(3), month(5), Quota::per_hour(70).with_burst(7)] {
        for said in [reset, time] {
            let (hands, app) = limited(&[quota]);
            hands.move_by(DAY / 2 + 11);
            assert!(is_admitted(&app, get("/")).await);
            hands.move_by(quota.window().as_secs() / 200);
            let second = send(app.clone(), get("/")).await;
            hands.move_by(said(&second));
            for _ in 0..quota.capacity() {
                assert!(is_admitted(&app, get("/")).await, "{quota:?}");
            }
            assert!(!is_admitted(&app, get("/")).await, "{quota:?}");
        }
    }
}

/// Each of the older fields occurs once, for all limits of a route.
#[tokio::test]
async fn reset_of_two_limits_is_that_of_the_longer_wait() {
    let (short, long) =
        (Quota::per_minute(1).with_name("short"), Quota::per_day(1).with_name("long"));
    for (inner, outer) in [(short, long), (long, short)] {
        let hands = Hands::default();
        let [inner, outer] =
            [inner, outer].map(|quota| RateLimit::per_address(quota).store(hands.store()));
        let app = Router::new()
            .route("/", axum::routing::get(|| async { "in" }).layer(inner))
            .layer(outer);
        for _ in 0..2 {
            let answer = send(app.clone(), get("/")).await;
            assert_eq!((answer.status.as_u16(), reset(&answer)), (200, DAY));
            hands.move_by(DAY);
        }
    }
}

/// This holds whatever the client did before.
#[tokio::test]
async fn client_that_waits_as_long_as_any_response_announces_is_admitted() {
    let limits: [&[Quota]; 4] = [
        &[Quota::per_hour(4)],
        &[Quota::per_day(90_000)],
        &[Quota::per_minute(3).with_name("burst"), Quota::per_hour(9).with_name("hour"), month(40)],
        &[Quota::per_minute(5).with_burst(2).with_name("rate"), Quota::per_day(20)],
    ];
    let mut random = fastrand_like();
    for quotas in limits {
        let (hands, app) = limited(quotas);
        let window = quotas[0].window().as_secs();
        for _ in 0..60 {
            hands.move_by(u64::from(random()) % (window / 3));
            let answer = send(app.clone(), get("/")).await;
            if left(&answer) == 0 {
                let said = if random() % 2 == 0 { reset(&answer) } else { time(&answer) };
                hands.move_by(said);
                assert!(is_admitted(&app, get("/")).await, "{quotas:?}");
            }
        }
    }
}
