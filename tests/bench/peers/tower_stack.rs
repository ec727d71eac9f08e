//! tower-http's request id, its propagation, catch-panic and trace, in the order that its
//! documentation recommends: the id outermost, so that the span can contain it.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use tower::{Service, ServiceBuilder};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

/// Wraps the router, which is the cheapest way; no route is known there. The router is prepared as axum's
/// server does with one that it is given itself.
pub(crate) fn around(
    router: Router,
) -> impl Service<
    Request<Body>,
    Response = Response<impl http_body::Body<Data = bytes::Bytes, Error: std::fmt::Debug>>,
    Error = Infallible,
> + Clone
+ 'static {
    ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(CatchPanicLayer::new())
        .service(router.with_state(()))
}

/// Adds all layers in one `Router::layer`.
pub(crate) fn as_one(router: Router) -> Router {
    router.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
            .layer(TraceLayer::new_for_http())
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(CatchPanicLayer::new()),
    )
}

/// Adds each layer with a `Router::layer` of its own; the last is the outermost.
pub(crate) fn as_four(router: Router) -> Router {
    router
        .layer(CatchPanicLayer::new())
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}
