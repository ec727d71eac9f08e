//! Tests that each store is queried once a request.

use std::sync::atomic::Ordering;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::auth::Authenticated;
use definable_errors::rbac::{Member, Require, RequireLevel};
use definable_errors::{ApiErrorLayer, guard};
use support::send;

use super::service::{Counters, KbRead, Org, User, as_user, counted};

#[tokio::test]
async fn principal_is_verified_and_a_membership_found_once() {
    let counters = Counters::default();
    let state = counted(&counters);
    let handler = |one: Require<KbRead>, two: Member<Org>, three: Authenticated<User>| async move {
        assert!(std::sync::Arc::ptr_eq(one.principal(), two.principal()));
        format!("{} {}", three.name, two.membership().role().name())
    };
    let app = Router::new()
        .route("/", on_get(handler))
        .route_layer(guard::from_extractor::<RequireLevel<20, Member<Org>>, _>(state.clone()))
        .layer(ApiErrorLayer::new())
        .with_state(state);
    assert_eq!(send(app, as_user("member", "/")).await.body, "member member");
    let counts =
        (counters.verified.load(Ordering::Relaxed), counters.found.load(Ordering::Relaxed));
    assert_eq!(counts, (1, 1));
}

/// The result of one store does not bind another one.
#[tokio::test]
async fn second_store_is_queried_again() {
    let (outer, inner) = (Counters::default(), Counters::default());
    let app = Router::new()
        .route("/", on_get(|_: Member<Org>| async { "in" }))
        .route_layer(guard::from_extractor::<Member<Org>, _>(counted(&outer)))
        .with_state(counted(&inner));
    assert_eq!(send(app, as_user("member", "/")).await.body, "in");
    let found = [outer, inner].map(|counters| counters.found.load(Ordering::Relaxed));
    assert_eq!(found, [1, 1]);
}
