//! The builder of a run of hostile requests.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use serde_json::Value;
use tower_service::Service;

use super::findings::Findings;
use super::run::Run;
use super::settings::Settings;
use super::target::Target;
use crate::error::BoxError;
use crate::guard::RouteTable;
use crate::testing::Rule;

/// Creates a run that sends hostile requests to a service, and checks every response.
///
/// The service is a `Router`, or a router inside of any layer. The [module](crate::testing) shows a run.
pub fn conformance<S>(service: S) -> Conformance<S> {
    Conformance { service, settings: Settings::default() }
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
    settings: Settings,
}

impl<S> Conformance<S> {
    /// Adds a route, by the pattern of its path or a path of it. It may have a query.
    pub fn route(mut self, method: Method, path: &str) -> Self {
        self.settings.add_target(Target::new(method, path));
        self
    }

    /// Adds the routes of a table, such as that of a `GuardedRouter`. Raw routes and fallbacks have no
    /// path, and are left out.
    pub fn routes(mut self, table: &RouteTable) -> Self {
        for target in Target::of_table(table) {
            self.settings.add_target(target);
        }
        self
    }

    /// Adds a route that fails, because it panics, is too slow, or a part of it is broken: it checks what
    /// such a failure looks like, and that it is one. A 500 of any other route is a finding.
    pub fn failing(mut self, method: Method, path: &str) -> Self {
        self.settings.failing.push(Target::new(method, path));
        self
    }

    /// Adds a route with a JSON body that it accepts. Each value in the body is replaced by values of
    /// other types, one at a time.
    pub fn example(mut self, method: Method, path: &str, body: impl Into<Value>) -> Self {
        let target = Target::new(method, path);
        self.settings.add_target(target.clone());
        self.settings.examples.push((target, body.into()));
        self
    }

    /// Sets the value of a path parameter. Others are `1`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.parameters.values.insert(name.into(), value.into());
        self
    }

    /// Adds pairs to the query of all routes, such as `org_id=7`.
    pub fn query(mut self, pairs: &str) -> Self {
        if !self.settings.parameters.query.is_empty() {
            self.settings.parameters.query.push('&');
        }
        self.settings.parameters.query.push_str(pairs);
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
        self.settings
            .headers
            .append(name, HeaderValue::from_str(value).expect("the value of a header"));
        self
    }

    /// Adds a text that no response may contain: plant it where it would leak, such as in the message of
    /// an error.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.settings.policy.secrets.push(secret.into());
        self
    }

    /// Sets an origin whose pages may read responses. All requests then have this `Origin`, and every
    /// response must be readable for it.
    ///
    /// Without this setting, the run finds out whether any origin is allowed.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.settings.policy.origin = Some(origin.into());
        self
    }

    /// Sets the size of the bodies that are too large, in bytes. The default is 2 MiB and one byte, over
    /// the default limit of axum and of this library.
    pub fn large_body(mut self, bytes: usize) -> Self {
        self.settings.large_body = bytes;
        self
    }

    /// Sets how long a response may take. The default is 5 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Sets how long the run may take. The default is 60 seconds. A run that ends there is incomplete.
    pub fn time_limit(mut self, time_limit: Duration) -> Self {
        self.settings.time_limit = time_limit;
        self
    }

    /// Sets the largest number of requests. The default is 5,000. A run that ends there is incomplete.
    pub fn max_requests(mut self, max_requests: usize) -> Self {
        self.settings.max_requests = max_requests;
        self
    }

    /// Ignores a rule, for the reason given, which the output of the findings repeats.
    pub fn except(mut self, rule: Rule, reason: impl Into<String>) -> Self {
        self.settings.exceptions.push((rule, reason.into()));
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
        Run::new(self.service, self.settings).run().await
    }
}
