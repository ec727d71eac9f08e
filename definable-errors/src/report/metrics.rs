//! A reporter that counts failures and measures their latency, for any recorder of the crate `metrics`.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use http::Method;
use metrics::{Key, Label, Level, Metadata, Unit, with_recorder};

use super::{ErrorEvent, FailedPart, Report};
use crate::context::RequestContext;

/// A reporter that counts failures and measures the latency of failed responses, through the facade
/// [`metrics`](https://docs.rs/metrics).
///
/// | metric | kind | what it is |
/// |---|---|---|
/// | [`problems_total`](Self::COUNT) | counter | every failure that is reported, and every client that disconnected |
/// | [`problem_duration_seconds`](Self::DURATION) | histogram | the time from the request to its failed response, in seconds |
///
/// | label | what it is |
/// |---|---|
/// | `error.type` | the code for operators, see [`ErrorEvent::code`]; `client_disconnected` for a client that disconnected |
/// | `http.response.status_code` | the status; 499 for a client that disconnected |
/// | `http.request.method` | the method; `_OTHER` for one that is neither in RFC 9110 nor `PATCH` |
/// | `http.route` | the pattern of the route, never the path; absent if no route matched |
/// | `problem.part` | which part failed, see [`FailedPart`]: `response`, `item`, `body` or `task` |
///
/// The labels have the names of OpenTelemetry's semantic conventions where it has one, as the default
/// event does. The names of the metrics are our own, since `http.server.request.duration` is what
/// middleware for all requests records, and are those that Prometheus stores; an exporter for Prometheus
/// only changes the dots in the labels to underscores.
///
/// The histogram contains only whole responses. An item of a batch has no latency of its own, a stream
/// may fail hours after its head, and a client that disconnects gets no response. Choose the buckets in
/// the exporter: some, such as `metrics-exporter-prometheus`, produce a summary by default.
///
/// ```
/// use axum::{Router, routing::get};
/// use definable_errors::report::{DefaultReport, Metrics};
/// use definable_errors::{ApiError, ApiErrorLayer};
/// use metrics_exporter_prometheus::PrometheusBuilder;
/// # use axum::{body::Body, http::Request};
/// # use tower::ServiceExt;
///
/// let layer = ApiErrorLayer::new().report(DefaultReport::new()).report(Metrics::new());
/// let app: Router = Router::new()
///     .route("/orders/{id}", get(|| async { ApiError::conflict("The order was already paid.") }))
///     .layer(layer);
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let prometheus = PrometheusBuilder::new().install_recorder().unwrap();
/// app.oneshot(Request::get("/orders/42").body(Body::empty()).unwrap()).await.unwrap();
///
/// let scrape = prometheus.render();
/// let line = scrape.lines().find(|line| line.starts_with("problems_total{")).unwrap();
/// assert!(line.contains(r#"error_type="conflict""#) && line.ends_with(" 1"));
/// assert!(line.contains(r#"http_route="/orders/{id}""#) && !scrape.contains("/orders/42"));
/// # });
/// ```
///
/// # Cardinality
///
/// Nothing that a client sends becomes a label, so the number of series is bounded by the codes,
/// statuses, routes and methods of the service. Should a service make codes or routes without end, the
/// failures after the first [`MAX_SERIES`](Self::MAX_SERIES) series have the code and the method
/// `_OTHER`, and no route.
///
/// Do not put it into a [`Throttle`](super::Throttle) or a [`Sample`](super::Sample): what these leave
/// out is not counted.
#[derive(Debug, Default)]
pub struct Metrics {
    /// The keys by a hash of their labels, so that an event copies no text. That two of so few have the
    /// same 64 bits is next to impossible, and no client can choose a label.
    ///
    /// The recorder's own handles are not stored: they would stay those of the recorder that was
    /// installed at the first event, and some recorders drop series that are idle.
    series: RwLock<HashMap<u64, Arc<Series>, BuildHasherDefault<LabelHasher>>>,
}

/// The keys of one combination of labels.
#[derive(Debug)]
struct Series {
    count: Key,
    duration: Key,
}

/// The values of all labels.
#[derive(Debug, Clone, Copy, Hash)]
struct Labels<'a> {
    code: &'static str,
    status: u16,
    method: &'static str,
    route: Option<&'a str>,
    part: FailedPart,
}

static METADATA: Metadata<'static> =
    Metadata::new("definable_errors", Level::INFO, Some(module_path!()));

impl Metrics {
    /// The name of the counter.
    pub const COUNT: &'static str = "problems_total";

    /// The name of the histogram.
    pub const DURATION: &'static str = "problem_duration_seconds";

    /// The number of combinations of labels after which codes, methods and routes are not
    /// distinguished any more.
    pub const MAX_SERIES: usize = 4096;

    /// Creates the reporter. The recorder may be installed before or after this call.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the keys for these labels. Only the first event of a series has to create them.
    fn series(&self, labels: Labels<'_>) -> Arc<Series> {
        let hash = BuildHasherDefault::<LabelHasher>::new().hash_one(labels);
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        match known.get(&hash) {
            Some(series) => series.clone(),
            None => {
                let is_full = known.len() >= Self::MAX_SERIES;
                drop(known);
                self.begin(hash, labels, is_full)
            }
        }
    }

    #[cold]
    fn begin(&self, hash: u64, labels: Labels<'_>, is_full: bool) -> Arc<Series> {
        // The labels of an overflow are so few that they need no bound of their own.
        if is_full && !labels.is_overflow() {
            return self.series(labels.overflow());
        }
        describe();
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(hash).or_insert_with(|| Arc::new(Series::new(labels))).clone()
    }
}

impl Report for Metrics {
    fn report(&self, event: &ErrorEvent<'_>) {
        let series = self.series(Labels::of(event));
        with_recorder(|recorder| {
            recorder.register_counter(&series.count, &METADATA).increment(1);
            if event.part() == FailedPart::Response {
                let histogram = recorder.register_histogram(&series.duration, &METADATA);
                histogram.record(event.latency().as_secs_f64());
            }
        });
    }

    fn client_disconnected(&self, context: &RequestContext) {
        let series = self.series(Labels::of_disconnected(context));
        with_recorder(|recorder| recorder.register_counter(&series.count, &METADATA).increment(1));
    }
}

/// Describes the metrics to the recorder. It may be installed late, so this is repeated with each new
/// series.
fn describe() {
    with_recorder(|recorder| {
        let count = "Failed responses, failures after the head, failed items and tasks, and clients that disconnected.";
        recorder.describe_counter(Metrics::COUNT.into(), Some(Unit::Count), count.into());
        let duration = "The time from a request to its failed response.";
        recorder.describe_histogram(Metrics::DURATION.into(), Some(Unit::Seconds), duration.into());
    });
}

impl Series {
    fn new(labels: Labels<'_>) -> Self {
        let labels = labels.to_vec();
        let key = |name: &'static str| Key::from_parts(name, labels.clone()).to_retained();
        Self { count: key(Metrics::COUNT), duration: key(Metrics::DURATION) }
    }
}

impl<'a> Labels<'a> {
    /// OpenTelemetry's value for what is not known.
    const OTHER: &'static str = "_OTHER";

    fn of(event: &ErrorEvent<'a>) -> Self {
        Self {
            code: event.code(),
            status: event.status().as_u16(),
            part: event.part(),
            ..Self::of_disconnected(event.context())
        }
    }

    fn of_disconnected(context: &'a RequestContext) -> Self {
        Self {
            code: "client_disconnected",
            status: 499,
            method: known_method(context.method()),
            route: context.route(),
            part: FailedPart::Response,
        }
    }

    fn overflow(self) -> Self {
        Self { code: Self::OTHER, method: Self::OTHER, route: None, ..self }
    }

    fn is_overflow(self) -> bool {
        self.code == Self::OTHER
    }

    fn to_vec(self) -> Vec<Label> {
        let mut labels = vec![
            Label::from_static_parts("error.type", self.code),
            Label::new("http.response.status_code", self.status.to_string()),
            Label::from_static_parts("http.request.method", self.method),
            Label::from_static_parts("problem.part", self.part.as_str()),
        ];
        labels.extend(self.route.map(|route| Label::new("http.route", route.to_owned())));
        labels
    }
}

/// A hasher for what no client chooses. It takes a tenth of the instructions of the default one, which
/// alone would make an error 5 % slower.
#[derive(Debug, Default)]
struct LabelHasher(u64);

impl LabelHasher {
    /// An odd number with irregular bits: the fraction of the golden ratio.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
}

impl Hasher for LabelHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(Self::FACTOR);
    }

    #[inline]
    fn finish(&self) -> u64 {
        // The low bits choose the place in a table, and the high ones are those that are mixed best.
        self.0.rotate_left(26)
    }
}

/// Returns the name of a method that OpenTelemetry knows: those of RFC 9110 and `PATCH`.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::CONNECT => "CONNECT",
        Method::DELETE => "DELETE",
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::TRACE => "TRACE",
        _ => Labels::OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(route: &str) -> Labels<'_> {
        Labels {
            code: "conflict",
            status: 409,
            method: "GET",
            route: Some(route),
            part: FailedPart::Response,
        }
    }

    fn values(series: &Series) -> Vec<&str> {
        series.count.labels().map(Label::value).collect()
    }

    #[test]
    fn series_over_the_bound_have_no_code_method_or_route() {
        let metrics = Metrics::new();
        for number in 0..Metrics::MAX_SERIES + 100 {
            metrics.series(labels(&format!("/{number}")));
        }
        let known = |metrics: &Metrics| metrics.series.read().unwrap().len();
        assert_eq!(known(&metrics), Metrics::MAX_SERIES + 1);
        assert_eq!(
            values(&metrics.series(labels("/new"))),
            ["_OTHER", "409", "_OTHER", "response"]
        );
        assert_eq!(
            values(&metrics.series(labels("/7"))),
            ["conflict", "409", "GET", "response", "/7"]
        );
        assert_eq!(known(&metrics), Metrics::MAX_SERIES + 1);
    }

    #[test]
    fn labels_that_differ_anywhere_have_different_hashes() {
        let hash = |labels| BuildHasherDefault::<LabelHasher>::new().hash_one(labels);
        let routes: Vec<_> = (0..10_000).map(|number| format!("/orders/{number}/items")).collect();
        let first = labels("/");
        let others = [
            Labels { code: "conflicts", ..first },
            Labels { status: 410, ..first },
            Labels { method: "PUT", ..first },
            Labels { route: None, ..first },
            Labels { route: Some(""), ..first },
            Labels { part: FailedPart::Body, ..first },
        ];
        let all = routes.iter().map(|route| labels(route)).chain(others).chain([first]);
        let hashes: std::collections::HashSet<_> = all.map(hash).collect();
        assert_eq!(hashes.len(), routes.len() + others.len() + 1);
    }

    #[test]
    fn methods_that_clients_invent_are_one_label() {
        let label = |name: &str| known_method(&Method::from_bytes(name.as_bytes()).unwrap());
        for name in ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]
        {
            assert_eq!(label(name), name);
        }
        assert!(["get", "PROPFIND", "HUNTER2"].into_iter().all(|name| label(name) == "_OTHER"));
    }
}
