//! The settings of a run, and the run itself.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use axum::body::Body;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use serde_json::Value;
use tower_service::Service;

use super::super::problem_checks::Flaw;
use super::checks::{Exchange, Policy};
use super::cors;
use super::findings::{Finding, Findings};
use super::probe::{Expects, Probe};
use super::probes;
use super::send::send;
use super::target::{Parameters, Target};
use crate::context::X_REQUEST_ID;
use crate::error::BoxError;
use crate::guard::RouteTable;
use crate::testing::{Rule, TestResponse};

/// The origin of the page that is used if none is given.
const DEFAULT_ORIGIN: &str = "https://conformance.example";

/// Creates a run that sends hostile requests to a service, and checks every response.
///
/// The service is a `Router`, or a router inside of any layer. The [module](super) shows a run.
pub fn conformance<S>(service: S) -> Conformance<S> {
    Conformance {
        service,
        targets: Vec::new(),
        failing: Vec::new(),
        examples: Vec::new(),
        parameters: Parameters::default(),
        headers: HeaderMap::new(),
        policy: Policy::default(),
        large_body: 2 * 1024 * 1024 + 1,
        timeout: Duration::from_secs(5),
        time_limit: Duration::from_secs(60),
        max_requests: 5_000,
        exceptions: Vec::new(),
    }
}

/// A run of hostile requests; from [`conformance`].
///
/// Without settings, it requests paths that do not exist. With routes, it also sends each of them wrong
/// methods, paths, queries, header fields, credentials and bodies: some 20 requests for a `GET`, 40
/// for a `POST`. They are sent one after the other, so that a limit on concurrency admits them, and
/// each from another address, so that a limit by address does.
///
/// The requests reach the handlers, so run it against a service whose data may be lost.
#[derive(Debug, Clone)]
#[must_use = "a run sends nothing until `run` is awaited"]
pub struct Conformance<S> {
    service: S,
    targets: Vec<Target>,
    failing: Vec<Target>,
    examples: Vec<(Target, Value)>,
    parameters: Parameters,
    headers: HeaderMap,
    policy: Policy,
    large_body: usize,
    timeout: Duration,
    time_limit: Duration,
    max_requests: usize,
    exceptions: Vec<(Rule, String)>,
}

impl<S> Conformance<S> {
    /// Adds a route, by the pattern of its path or a path of it. It may have a query.
    pub fn route(mut self, method: Method, path: &str) -> Self {
        self.add_target(Target::new(method, path));
        self
    }

    fn add_target(&mut self, target: Target) {
        if !self.targets.contains(&target) {
            self.targets.push(target);
        }
    }

    /// Adds the routes of a table, such as that of a `GuardedRouter`. Raw routes and fallbacks have no
    /// path, and are left out.
    pub fn routes(mut self, table: &RouteTable) -> Self {
        for target in Target::of_table(table) {
            self.add_target(target);
        }
        self
    }

    /// Adds a route that fails, because it panics, is too slow, or a part of it is broken: it checks what
    /// such a failure looks like, and that it is one.
    pub fn failing(mut self, method: Method, path: &str) -> Self {
        self.failing.push(Target::new(method, path));
        self
    }

    /// Adds a route with a JSON body that it accepts. Each value in the body is replaced by values of
    /// other types, one at a time.
    pub fn example(mut self, method: Method, path: &str, body: impl Into<Value>) -> Self {
        let target = Target::new(method, path);
        self.add_target(target.clone());
        self.examples.push((target, body.into()));
        self
    }

    /// Sets the value of a path parameter. Others are `1`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.values.insert(name.into(), value.into());
        self
    }

    /// Adds pairs to the query of all routes, such as `org_id=7`.
    pub fn query(mut self, pairs: &str) -> Self {
        if !self.parameters.query.is_empty() {
            self.parameters.query.push('&');
        }
        self.parameters.query.push_str(pairs);
        self
    }

    /// Adds a header field to all requests, such as credentials that pass the guards of the routes.
    /// Requests that try another value of the same field are sent without it.
    ///
    /// # Panics
    ///
    /// Panics if the name or the value is not legal in a header.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("the name of a header");
        self.headers.append(name, HeaderValue::from_str(value).expect("the value of a header"));
        self
    }

    /// Adds a text that no response may contain: plant it where it would leak, such as in the message of
    /// an error.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.policy.secrets.push(secret.into());
        self
    }

    /// Sets an origin whose pages may read responses. All requests then have this `Origin`, and every
    /// response must be readable for it.
    ///
    /// Without this setting, the run finds out whether any origin is allowed.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.policy.origin = Some(origin.into());
        self
    }

    /// Sets the size of the bodies that are too large, in bytes. The default is 2 MiB and one byte, over
    /// the default limit of axum and of this library.
    pub fn large_body(self, bytes: usize) -> Self {
        Self { large_body: bytes, ..self }
    }

    /// Sets how long a response may take. The default is 5 seconds.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sets how long the run may take. The default is 60 seconds. A run that ends there is incomplete.
    pub fn time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// Sets the largest number of requests. The default is 5,000. A run that ends there is incomplete.
    pub fn max_requests(self, max_requests: usize) -> Self {
        Self { max_requests, ..self }
    }

    /// Ignores a rule, for the reason given, which the output of the findings repeats.
    pub fn except(mut self, rule: Rule, reason: impl Into<String>) -> Self {
        self.exceptions.push((rule, reason.into()));
        self
    }

    /// Sends all requests and returns what was found.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime with a timer; `#[tokio::test]` has one.
    pub async fn run<B>(self) -> Findings
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body<Error: Into<BoxError>>,
    {
        Run { settings: self, findings: Findings::default(), state: State::new() }.run().await
    }
}

struct Run<S> {
    settings: Conformance<S>,
    findings: Findings,
    state: State,
}

/// What a run remembers.
struct State {
    started: Instant,
    /// The ids of the responses so far.
    ids: HashSet<String>,
    /// Whether the plain request of the current route fails in the server.
    plain: StatusCode,
}

impl State {
    fn new() -> Self {
        Self { started: Instant::now(), ids: HashSet::new(), plain: StatusCode::OK }
    }
}

impl<S, B> Run<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    B: http_body::Body<Error: Into<BoxError>>,
{
    async fn run(mut self) -> Findings {
        self.find_origin().await;
        self.unknown_route().await;
        self.failing_routes().await;
        self.examples().await;
        self.known_routes().await;
        self.finish()
    }

    /// Finds out whether CORS is in use, unless the caller said so.
    async fn find_origin(&mut self) {
        if self.settings.policy.origin.is_none() {
            let parameters = &self.settings.parameters;
            let first = self.settings.targets.first().map(|it| probes::plain(it, parameters));
            for probe in [Some(probes::default_unknown()), first].into_iter().flatten() {
                let probe = probe.field(header::ORIGIN, DEFAULT_ORIGIN);
                let response = self.send(probe).await;
                if response.is_some_and(|it| allows(&it)) {
                    self.settings.policy.origin = Some(DEFAULT_ORIGIN.to_owned());
                }
            }
        }
        let origin = self.settings.policy.origin.as_deref();
        if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
            self.settings.headers.insert(header::ORIGIN, origin);
        }
    }

    async fn unknown_route(&mut self) {
        let default = self.send(probes::default_unknown()).await;
        let head = Probe { method: Method::HEAD, ..probes::default_unknown() };
        if let (Some(default), Some(response)) = (&default, self.send(head.clone()).await) {
            let flaw = head_differs(default, &response);
            self.add(&head, Some(response.status()), flaw);
        }
        for probe in probes::unknown_route() {
            let response = self.send(probe.clone()).await;
            let is_without_origin = probe.omitted == Some(header::ORIGIN);
            if let Some(response) = response.filter(|_| is_without_origin) {
                let flaw = self.hides_origin(&probe, &response, default.as_ref());
                self.add(&probe, Some(response.status()), flaw);
            }
        }
        for probe in probes::negotiating() {
            if let (Some(default), Some(response)) = (&default, self.send(probe.clone()).await) {
                let flaw = negotiated_badly(default, &response);
                self.add(&probe, Some(response.status()), flaw);
                let flaw = default_does_not_vary(default, &response);
                self.add(&probes::default_unknown(), Some(default.status()), flaw);
            }
        }
    }

    /// Returns a flaw if caches cannot know that the response depends on the origin.
    fn hides_origin(
        &self,
        probe: &Probe,
        response: &TestResponse,
        with_origin: Option<&TestResponse>,
    ) -> Option<Flaw> {
        self.settings.policy.origin.as_ref()?;
        let granted = |response: &TestResponse| {
            response.field(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(str::to_owned)
        };
        let depends = with_origin.is_some_and(|with| granted(with) != granted(response));
        let is_hidden = depends && !cors::varies_by_origin(&Exchange { probe, response });
        is_hidden.then(|| Flaw::new(Rule::VaryOrigin, "no `Origin` in `Vary`"))
    }

    async fn failing_routes(&mut self) {
        for target in self.settings.failing.clone() {
            self.send(probes::failing(&target, &self.settings.parameters)).await;
        }
    }

    async fn known_routes(&mut self) {
        let mut targets = self.settings.targets.clone();
        // What is deleted would be missing for the other routes.
        targets.sort_by_key(|target| target.method == Method::DELETE);
        for target in targets {
            let parameters = self.settings.parameters.clone();
            let plain = self.send(probes::plain(&target, &parameters)).await;
            self.state.plain = plain.map_or(StatusCode::OK, |response| response.status());
            let example = self.example_of(&target);
            let large = self.settings.large_body;
            for probe in probes::of_route(&target, &parameters, example.as_ref(), large) {
                self.send(probe).await;
            }
            if self.settings.policy.origin.is_some() {
                self.send(probes::preflight(&target, &parameters)).await;
            }
        }
        self.state.plain = StatusCode::OK;
    }

    fn example_of(&self, target: &Target) -> Option<Value> {
        let found = self.settings.examples.iter().find(|(other, _)| other == target);
        found.map(|(_, example)| example.clone())
    }

    async fn examples(&mut self) {
        for (target, example) in self.settings.examples.clone() {
            let right = probes::example(&target, &self.settings.parameters, &example);
            let status = self.send(right.clone()).await.map(|response| response.status());
            if let Some(status) = status.filter(|status| !status.is_success()) {
                // The values that follow would not be looked at.
                let reason = format!("the service does not accept the example: {right}: {status}");
                self.findings.incomplete = Some(reason);
            }
            for probe in probes::of_example(&target, &self.settings.parameters, &example) {
                self.send(probe).await;
            }
        }
    }

    /// Sends a request and checks the response. Returns `None` if there is none.
    async fn send(&mut self, probe: Probe) -> Option<TestResponse> {
        if self.is_at_its_bound() {
            return None;
        }
        let probe = probe.with_shared(&self.settings.headers);
        let number = self.findings.requests;
        let sent = send(self.settings.service.clone(), &probe, number, self.settings.timeout).await;
        let received = sent?;
        self.findings.requests += 1;
        match received {
            Ok(response) => {
                self.check(&probe, &response);
                Some(response)
            }
            Err(found) => {
                self.add(&probe, None, [Flaw::new(Rule::Answered, found)]);
                None
            }
        }
    }

    fn is_at_its_bound(&mut self) -> bool {
        let (requests, time) = (self.settings.max_requests, self.settings.time_limit);
        let reason = if self.findings.requests >= requests {
            format!("it ended after {requests} requests; raise `max_requests`")
        } else if self.state.started.elapsed() >= time {
            format!("it ended after {time:?}; raise `time_limit`")
        } else {
            return false;
        };
        self.findings.incomplete = Some(reason);
        true
    }

    fn check(&mut self, probe: &Probe, response: &TestResponse) {
        let status = response.status();
        *self.findings.statuses.entry(status.as_u16()).or_default() += 1;
        let exchange = Exchange { probe, response };
        let mut flaws = exchange.flaws(&self.settings.policy);
        flaws.extend(cors::flaws(&exchange, &self.settings.policy));
        // A route that is broken for all requests is not broken by this one.
        if self.state.plain.is_server_error() && probe.expects == Expects::NoServerError {
            flaws.retain(|flaw| flaw.rule != Rule::ServerError);
        }
        let id = response.field(X_REQUEST_ID).map(str::to_owned);
        if let Some(id) = id.filter(|id| !self.state.ids.insert(id.clone())) {
            let found = format!("another response had the id {id:.60}");
            flaws.push(Flaw::new(Rule::RequestId, found));
        }
        self.add(probe, Some(status), flaws);
    }

    fn add(
        &mut self,
        probe: &Probe,
        status: Option<StatusCode>,
        flaws: impl IntoIterator<Item = Flaw>,
    ) {
        let is_checked =
            |flaw: &Flaw| !self.settings.exceptions.iter().any(|(rule, _)| *rule == flaw.rule);
        let finding = |flaw: Flaw| Finding {
            rule: flaw.rule,
            request: probe.to_string(),
            status,
            found: flaw.found,
        };
        let new: Vec<_> = flaws.into_iter().filter(is_checked).map(finding).collect();
        for finding in new {
            if !self.findings.findings.contains(&finding) {
                self.findings.findings.push(finding);
            }
        }
    }

    fn finish(mut self) -> Findings {
        let throttled = self.findings.statuses.get(&429).copied().unwrap_or_default();
        if self.findings.incomplete.is_none() && throttled * 2 > self.findings.requests {
            let reason = "most responses are 429, in place of those of the routes; raise the limit";
            self.findings.incomplete = Some(reason.to_owned());
        }
        self.findings.exceptions = self.settings.exceptions;
        self.findings
    }
}

fn allows(response: &TestResponse) -> bool {
    response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
}

fn head_differs(get: &TestResponse, head: &TestResponse) -> Option<Flaw> {
    let of = |response: &TestResponse| (response.status(), response.media_type());
    let (get, head) = (of(get), of(head));
    let found =
        format!("HEAD: {} {:?}, GET: {} {:?}", head.0.as_u16(), head.1, get.0.as_u16(), get.1);
    (get != head).then(|| Flaw::new(Rule::HeadFields, found))
}

fn negotiated_badly(default: &TestResponse, response: &TestResponse) -> Option<Flaw> {
    let (expected, found) = (default.status(), response.status());
    if expected != found {
        let found = format!("without `Accept` it is {}", expected.as_u16());
        return Some(Flaw::new(Rule::Acceptable, found));
    }
    let is_lost = response.body().is_empty() && !default.body().is_empty();
    is_lost.then(|| Flaw::new(Rule::Acceptable, "an empty body"))
}

/// If `Accept` chooses another representation, the default one depends on it, too.
fn default_does_not_vary(default: &TestResponse, response: &TestResponse) -> Option<Flaw> {
    let varies = default.list(header::VARY).iter().any(|name| name == "accept" || name == "*");
    let is_changed = default.media_type() != response.media_type();
    (is_changed && !varies).then(|| Flaw::new(Rule::VaryAccept, "no `Accept` in `Vary`"))
}
