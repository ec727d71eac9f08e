//! Errors that are logged through `tracing`, and the span of a request while nothing is logged.

use std::convert::Infallible;
use std::hint::black_box;
use std::io;
use std::rc::Rc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use definable_errors::layer::RequestSpan;
use definable_errors::{ApiError, ApiErrorLayer};
use http::Request;
use tower::{Service, ServiceBuilder};
use tracing_subscriber::util::SubscriberInitExt;

use super::request;
use crate::row::{Answer, Row, Scenario};

pub(crate) const LOGGED: &str = "a 500 with two causes, logged";
pub(crate) const SPAN: &str = "success in a request span, no subscriber";
pub(crate) const SPAN_LAYER: &str = "success, the request span as a layer of its own";

pub(super) fn logged() -> Scenario {
    Scenario::new(LOGGED, 500, request::with_ids)
        .row("no subscriber", router)
        .row_proved(Row::OURS, || Logged::new(text()), is_masked)
        .row_proved(Row::OURS_JSON, || Logged::new(json()), is_masked)
}

/// No subscriber is installed, as in every row but those above.
pub(super) fn span() -> Scenario {
    Scenario::new(SPAN, 200, request::plain)
        .row("the layer of errors alone", || {
            bare().layer(ServiceBuilder::new().layer(ApiErrorLayer::new()))
        })
        .ours(
            || {
                let errors = ApiErrorLayer::new().request_span(RequestSpan::new());
                bare().layer(ServiceBuilder::new().layer(errors))
            },
            |answer| assert_eq!(answer.body, "ok"),
        )
}

/// A layer that does nothing costs a copy of the request, so it is the baseline.
pub(super) fn span_layer() -> Scenario {
    Scenario::new(SPAN_LAYER, 200, request::plain)
        .row("a layer that does nothing", || {
            let layers = ServiceBuilder::new().map_request(std::convert::identity::<Request<Body>>);
            bare().layer(layers.layer(ApiErrorLayer::new()))
        })
        .row("the layer of errors alone", || {
            bare().layer(ServiceBuilder::new().layer(ApiErrorLayer::new()))
        })
        .ours(
            || {
                let layers = ServiceBuilder::new().layer(RequestSpan::new());
                bare().layer(layers.layer(ApiErrorLayer::new()))
            },
            |answer| assert_eq!(answer.body, "ok"),
        )
}

fn is_masked(answer: &Answer) {
    assert_eq!(answer.json()["code"], "internal_error");
}

fn text() -> impl SubscriberInitExt {
    tracing_subscriber::fmt().with_ansi(false).with_writer(io::sink).finish()
}

fn json() -> impl SubscriberInitExt {
    tracing_subscriber::fmt().json().with_writer(io::sink).finish()
}

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "store")]
pub(super) enum StoreError {
    #[error("reading failed")]
    #[api(status = 500)]
    Read(#[source] io::Error),
}

pub(super) async fn read() -> Result<&'static str, StoreError> {
    Err(StoreError::Read(io::Error::from_raw_os_error(black_box(2))))
}

fn bare() -> Router {
    Router::new().route("/orders", get(async || "ok"))
}

fn router() -> Router {
    Router::new().route("/orders", get(read)).layer(ApiErrorLayer::new())
}

/// A service that logs as long as it exists.
#[derive(Clone)]
struct Logged {
    router: Router,
    _logs: Rc<tracing::subscriber::DefaultGuard>,
}

impl Logged {
    fn new(subscriber: impl SubscriberInitExt) -> Self {
        Self { router: router(), _logs: Rc::new(subscriber.set_default()) }
    }
}

impl Service<Request<Body>> for Logged {
    type Response = Response;
    type Error = Infallible;
    type Future = <Router as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Body>>::poll_ready(&mut self.router, cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.router.call(request)
    }
}
