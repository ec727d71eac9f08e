//! `tower_governor` with its default key, the peer's address, as its documentation recommends.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;

/// The period of a steady rate of 100 requests in 60 seconds; it has no window.
const PERIOD: Duration = Duration::from_millis(600);

pub(crate) fn limited(router: Router) -> Router {
    let mut config = GovernorConfigBuilder::default();
    let config = config.period(PERIOD).burst_size(u32::MAX).finish();
    router.layer(GovernorLayer::new(Arc::new(config.expect("the period is not zero"))))
}

pub(crate) fn limited_with_headers(router: Router, burst: u32) -> Router {
    let mut config = GovernorConfigBuilder::default();
    let config = config.period(PERIOD).burst_size(burst).use_headers().finish();
    router.layer(GovernorLayer::new(Arc::new(config.expect("the period is not zero"))))
}
