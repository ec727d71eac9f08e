//! Scenarios and rows: a scenario is one request, and a row is one way to respond to it.

use std::any::Any;
use std::convert::Infallible;
use std::fmt::Debug;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use tower::{Service, ServiceExt};

use crate::measure::processor_time;

/// One kind of request, and all rows that respond to it.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The status of every row that has none of its own.
    pub(crate) status: StatusCode,
    request: fn() -> Request<Body>,
    /// The rows, of which the first one is the baseline.
    pub(crate) rows: Vec<Row>,
}

impl Scenario {
    pub(crate) fn new(name: &'static str, status: u16, request: fn() -> Request<Body>) -> Self {
        let status = StatusCode::from_u16(status).expect("scenarios have real statuses");
        Self { name, status, request, rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row<S, B>(mut self, name: &'static str, service: fn() -> S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + 'static,
        B: http_body::Body<Data = Bytes, Error: Debug> + 'static,
    {
        let request = self.request;
        let run = move |requests| {
            let service = as_served(service());
            let start = processor_time();
            answer_all(&service, request, requests);
            processor_time().saturating_sub(start)
        };
        let once = move || answer(&as_served(service()), request());
        let status = self.status;
        self.rows.push(Row { name, status, proof: None, run: Box::new(run), once: Box::new(once) });
        self
    }

    /// Adds a row that responds with a status of its own.
    pub(crate) fn row_saying<S, B>(
        self,
        status: StatusCode,
        name: &'static str,
        service: fn() -> S,
    ) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + 'static,
        B: http_body::Body<Data = Bytes, Error: Debug> + 'static,
    {
        let mut scenario = self.row(name, service);
        if let Some(row) = scenario.rows.last_mut() {
            row.status = status;
        }
        scenario
    }

    /// Adds our row; `proof` checks its response.
    pub(crate) fn ours<S, B>(self, service: fn() -> S, proof: fn(&Answer)) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + 'static,
        B: http_body::Body<Data = Bytes, Error: Debug> + 'static,
    {
        self.row_proved(Row::OURS, service, proof)
    }

    /// Adds a row; `proof` checks its response.
    pub(crate) fn row_proved<S, B>(
        self,
        name: &'static str,
        service: fn() -> S,
        proof: fn(&Answer),
    ) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + 'static,
        B: http_body::Body<Data = Bytes, Error: Debug> + 'static,
    {
        let mut scenario = self.row(name, service);
        if let Some(row) = scenario.rows.last_mut() {
            row.proof = Some(proof);
        }
        scenario
    }
}

/// Prepares a router as axum's server does, once: without a state it would convert each handler into a
/// route again for every request. Other services stay unchanged.
fn as_served<S: 'static>(service: S) -> S {
    let mut service = Some(service);
    if let Some(router) = (&mut service as &mut dyn Any).downcast_mut::<Option<Router>>() {
        *router = router.take().map(|router| router.with_state(()));
    }
    service.expect("a router is replaced by itself")
}

/// The argument with which callgrind counts neither the start of a service nor its end.
pub(crate) const COUNTED: &str = "--toggle-collect=*answer_all*";

#[inline(never)]
fn answer_all<S, B>(service: &S, request: fn() -> Request<Body>, requests: u64)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body<Data = Bytes, Error: Debug>,
{
    for _ in 0..requests {
        black_box(answer(service, request()));
    }
}

/// One way to respond.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) proof: Option<fn(&Answer)>,
    run: Box<dyn Fn(u64) -> Duration>,
    once: Box<dyn Fn() -> Answer>,
}

impl Row {
    pub(crate) const OURS: &'static str = "**definable-errors**";
    pub(crate) const OURS_AROUND: &'static str = "**definable-errors**, around the router";
    pub(crate) const OURS_VALIDATOR: &'static str = "**definable-errors**, validator";
    pub(crate) const BY_HAND_VALIDATOR: &'static str = "by hand: validator, derive(Serialize)";
    pub(crate) const OURS_GARDE: &'static str = "**definable-errors**, garde";

    pub(crate) const OURS_JSON: &'static str = "**definable-errors**, as JSON";
    pub(crate) const OURS_RATE: &'static str = "**definable-errors**, a steady rate";
    pub(crate) const OURS_LEGACY: &'static str = "**definable-errors**, with `X-RateLimit-*`";
    pub(crate) const TOWER_GOVERNOR: &'static str = "tower_governor, with headers";

    /// Sends `requests` requests and returns the time on the processor, without that for creating and
    /// dropping the service.
    pub(crate) fn run(&self, requests: u64) -> Duration {
        (self.run)(requests)
    }

    pub(crate) fn once(&self) -> Answer {
        (self.once)()
    }
}

/// A complete response.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.expect("the header is there")
    }
}

/// Sends one request before those that are measured.
pub(crate) fn once<S, B>(service: &S, request: Request<Body>)
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body<Data = Bytes, Error: Debug>,
{
    answer(service, request);
}

/// Calls the service as a server does: it is cloned for each request, and the body is read to its
/// end.
fn answer<S, B>(service: &S, request: Request<Body>) -> Answer
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body<Data = Bytes, Error: Debug>,
{
    let Ok(response) = block_on(service.clone().oneshot(request));
    let (parts, body) = response.into_parts();
    let collected = block_on(body.collect()).expect("no body here fails");
    Answer { status: parts.status, headers: parts.headers, body: collected.to_bytes() }
}

/// Runs a future to its end. It needs no runtime, because it never waits for anything.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
