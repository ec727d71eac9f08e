//! The layer that opens a span for each request, so that every log line has its ids.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Request;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::span::Span;
use crate::context::RequestContext;
use crate::problem::{ProblemTypes, Types};
use crate::report::FieldNames;

/// A layer that opens a `tracing` span for each request: every line that is logged while the request is
/// handled has its ids and its route.
///
/// The span is called `request`, has the target `definable_errors` and the level `INFO`. Its fields are
/// `id`, `request_id` and `trace_id`, as in the event of a failure, `http.request.method` and
/// `http.route`, or `method` and `route` with [`FieldNames::Short`]. It is entered while the request is
/// handled and when the client disconnects, and by the layer of errors also while a renderer writes a
/// body, while a body of unknown size is produced, and for an error of a socket.
///
/// It is best a setting of the layer of errors,
/// [`ApiErrorLayer::request_span`](crate::ApiErrorLayer::request_span), or of a `Stack`. As a layer of
/// its own it costs a few instructions more; put it outside of the layer of errors, so that the events
/// of failures are inside the span.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::layer::RequestSpan;
/// # use std::sync::{Arc, Mutex};
/// # use axum::{body::Body, http::Request};
/// # use tower::ServiceExt;
/// # #[derive(Clone, Default)]
/// # struct Log(Arc<Mutex<Vec<u8>>>);
/// # impl std::io::Write for Log {
/// #     fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
/// #         self.0.lock().unwrap().write(bytes)
/// #     }
/// #     fn flush(&mut self) -> std::io::Result<()> {
/// #         Ok(())
/// #     }
/// # }
///
/// async fn hello() -> &'static str {
///     tracing::info!("greeting");
///     "hello"
/// }
///
/// let app: Router = Router::new()
///     .route("/hello/{name}", get(hello))
///     .layer(ApiErrorLayer::new().request_span(RequestSpan::new()));
/// # let log = Log::default();
/// # let writer = { let log = log.clone(); move || log.clone() };
/// # let logs = tracing_subscriber::fmt().with_ansi(false).with_writer(writer).finish();
/// # let _guard = tracing::subscriber::set_default(logs);
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let request = Request::get("/hello/ann").header("x-request-id", "abc").body(Body::empty());
/// app.oneshot(request.unwrap()).await.unwrap();
/// # });
/// # let line = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
/// // The line with `greeting` has the fields of the span:
/// assert!(line.contains(r#"http.route="/hello/{name}""#) && line.contains(r#"request_id="abc""#));
/// ```
///
/// It logs nothing itself, and can stand inside or outside of tower-http's `TraceLayer`. The route is
/// axum's `MatchedPath`, which only a layer added with `Router::layer` sees; around a whole router it
/// is recorded when the response is ready, so lines before that do not have it. Without the feature
/// `tracing`, without a subscriber, or with one that is not interested, the layer does nothing.
#[derive(Debug, Clone, Copy, Default)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct RequestSpan {
    names: FieldNames,
}

impl RequestSpan {
    /// Creates the layer, with the names of OpenTelemetry.
    pub const fn new() -> Self {
        Self { names: FieldNames::OpenTelemetry }
    }

    /// Sets the names of the fields.
    pub const fn field_names(mut self, names: FieldNames) -> Self {
        self.names = names;
        self
    }
}

impl RequestSpan {
    pub(super) fn open(self, context: &RequestContext) -> Span {
        Span::open(context, self.names)
    }
}

impl<S> Layer<S> for RequestSpan {
    type Service = RequestSpanService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestSpanService { inner, span: *self }
    }
}

/// The layer answers no request itself.
impl ProblemTypes for RequestSpan {
    const TYPES: Types = Types::EMPTY;
}

/// The service of [`RequestSpan`].
#[derive(Debug, Clone)]
pub struct RequestSpanService<S> {
    inner: S,
    span: RequestSpan,
}

impl<S, B> Service<Request<B>> for RequestSpanService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = RequestSpanFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    // Inlined, it would copy the inner future once more, which takes as much as all the rest (54
    // instructions of 129).
    #[inline(never)]
    fn call(&mut self, request: Request<B>) -> Self::Future {
        if Span::may_open() {
            return RequestSpanFuture { state: self.call_inside(request) };
        }
        RequestSpanFuture { state: State::Outside { future: self.inner.call(request) } }
    }
}

impl<S> RequestSpanService<S> {
    #[cold]
    fn call_inside<B>(&mut self, mut request: Request<B>) -> State<S::Future>
    where
        S: Service<Request<B>>,
    {
        let context = RequestContext::of_request(&mut request);
        let span = self.span.open(&context);
        let future = span.in_scope(|| {
            span.note_trace(&context);
            self.inner.call(request)
        });
        State::Inside { inside: Box::pin(Inside { future: Some(future), span }) }
    }
}

pin_project! {
    /// The response of [`RequestSpanService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct RequestSpanFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    // With a box, the state is usually as large as the inner future.
    #[project = StateProjection]
    enum State<F> {
        // No subscriber is interested.
        Outside { #[pin] future: F },
        Inside { inside: Pin<Box<Inside<F>>> },
    }
}

pin_project! {
    // A future in the span of its request.
    struct Inside<F> {
        // Always present until it is dropped inside the span.
        #[pin]
        future: Option<F>,
        span: Span,
    }

    impl<F> PinnedDrop for Inside<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            this.span.in_scope(|| this.future.set(None));
        }
    }
}

impl<F: Future> Future for RequestSpanFuture<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().state.project() {
            StateProjection::Outside { future } => future.poll(cx),
            StateProjection::Inside { inside } => inside.as_mut().poll(cx),
        }
    }
}

impl<F: Future> Future for Inside<F> {
    type Output = F::Output;

    #[cold]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let future = this.future.as_pin_mut().expect("it is dropped together with this future");
        let polled = this.span.in_scope(|| future.poll(cx));
        if polled.is_ready() {
            this.span.record_route();
        }
        polled
    }
}

impl<F> fmt::Debug for RequestSpanFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSpanFuture").finish_non_exhaustive()
    }
}
