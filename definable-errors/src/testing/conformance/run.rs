//! The run: sends all requests in order, and compares responses with each other.

use std::collections::HashSet;
use std::time::Instant;

use axum::body::Body;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::Value;
use tower_service::Service;

use super::super::problem_checks::{Flaw, members};
use super::checks::Exchange;
use super::cors;
use super::findings::{Finding, Findings};
use super::probe::Probe;
use super::probes;
use super::send::send;
use super::settings::Settings;
use super::target::Target;
use crate::context::X_REQUEST_ID;
use crate::error::BoxError;
use crate::testing::{Rule, TestResponse};

/// The origin of the page that is used if none is given.
const DEFAULT_ORIGIN: &str = "https://conformance.example";

/// A run of all requests against a service.
pub(super) struct Run<S> {
    service: S,
    settings: Settings,
    findings: Findings,
    state: State,
}

/// What a run remembers.
struct State {
    started: Instant,
    /// The ids of the responses so far, with the rules that make them unique.
    ids: HashSet<(Rule, String)>,
    /// Whether the current route answers 500 whatever the request is.
    route: RouteHealth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RouteHealth {
    Sound,
    Broken,
}

impl State {
    fn new() -> Self {
        Self { started: Instant::now(), ids: HashSet::new(), route: RouteHealth::Sound }
    }
}

impl<S, B> Run<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    B: http_body::Body<Error: Into<BoxError>>,
{
    pub(super) fn new(service: S, settings: Settings) -> Self {
        Self { service, settings, findings: Findings::default(), state: State::new() }
    }

    pub(super) async fn run(mut self) -> Findings {
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
                if default.media_type() != response.media_type() {
                    // The default representation depends on `Accept` as the other one does.
                    self.add(&probe, Some(response.status()), does_not_vary(&response));
                    let default_probe = probes::default_unknown();
                    self.add(&default_probe, Some(default.status()), does_not_vary(default));
                }
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
            let is_named = self.settings.failing.contains(&target);
            self.state.route = if is_named { RouteHealth::Broken } else { RouteHealth::Sound };
            let plain = self.send(probes::plain(&target, &parameters)).await;
            if plain.is_some_and(|response| response.status().is_server_error()) {
                // One finding is enough.
                self.state.route = RouteHealth::Broken;
            }
            let example = self.example_of(&target);
            let large = self.settings.large_body;
            for probe in probes::of_route(&target, &parameters, example.as_ref(), large) {
                self.send(probe).await;
            }
            if self.settings.policy.origin.is_some() {
                self.send(probes::preflight(&target, &parameters)).await;
            }
        }
        self.state.route = RouteHealth::Sound;
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
        let sent = send(self.service.clone(), &probe, number, self.settings.timeout).await;
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
        if self.state.route == RouteHealth::Broken {
            flaws.retain(|flaw| flaw.rule != Rule::ServerError);
        }
        flaws.extend(self.repeated_ids(response));
        self.add(probe, Some(status), flaws);
    }

    /// Returns a flaw for each id that another response had, too.
    fn repeated_ids(&mut self, response: &TestResponse) -> Vec<Flaw> {
        let field = response.field(X_REQUEST_ID).map(str::to_owned);
        let instance = members(response)
            .ok()
            .and_then(|members| members.get("instance").and_then(Value::as_str).map(str::to_owned));
        let ids = [(Rule::RequestId, field), (Rule::Instance, instance)];
        let mut flaws = Vec::new();
        for (rule, id) in ids.into_iter().filter_map(|(rule, id)| Some((rule, id?))) {
            if !self.state.ids.insert((rule, id.clone())) {
                flaws.push(Flaw::new(rule, format!("another response had {id:.60}, too")));
            }
        }
        flaws
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

fn does_not_vary(response: &TestResponse) -> Option<Flaw> {
    let varies = response.list(header::VARY).iter().any(|name| name == "accept" || name == "*");
    (!varies).then(|| Flaw::new(Rule::VaryAccept, "no `Accept` in `Vary`"))
}
