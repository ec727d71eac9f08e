//! The checks of what pages of other origins may read.

use http::header;

use super::super::problem_checks::Flaw;
use super::checks::{Exchange, Policy, described};
use super::probe::Expects;
use super::probes::FOREIGN_ORIGIN;
use crate::context::X_REQUEST_ID;
use crate::testing::Rule;

/// Returns the flaws of a response if CORS is in use.
pub(super) fn flaws(exchange: &Exchange<'_>, policy: &Policy) -> Vec<Flaw> {
    let Some(allowed) = policy.origin.as_deref() else {
        return Vec::new();
    };
    let origin = exchange.probe.headers.get(header::ORIGIN).and_then(|it| it.to_str().ok());
    match origin {
        Some(origin) if origin == allowed => of_allowed(exchange, allowed),
        Some(origin) if origin == FOREIGN_ORIGIN => of_foreign(exchange).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Returns whether `Vary` lists `Origin`.
pub(super) fn varies_by_origin(exchange: &Exchange<'_>) -> bool {
    exchange.response.list(header::VARY).iter().any(|name| name == "origin" || name == "*")
}

fn of_allowed(exchange: &Exchange<'_>, allowed: &str) -> Vec<Flaw> {
    let response = exchange.response;
    let granted = response.field(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    let mut flaws = Vec::new();
    if granted != Some("*") && granted != Some(allowed) {
        let found = granted.map_or("no such header".to_owned(), |it| format!("it is `{it}`"));
        flaws.push(Flaw::new(Rule::CorsOrigin, found));
    }
    if granted == Some("*") && has_credentials(exchange) {
        flaws.push(Flaw::new(Rule::CorsCredentials, "credentials are allowed for `*`"));
    }
    match exchange.probe.expects {
        Expects::Preflight => flaws.extend(preflight(exchange)),
        _ if exchange.is_failure() && granted.is_some() => flaws.extend(exposed(exchange)),
        _ => {}
    }
    flaws
}

fn has_credentials(exchange: &Exchange<'_>) -> bool {
    exchange.response.field(header::ACCESS_CONTROL_ALLOW_CREDENTIALS) == Some("true")
}

/// A service that grants credentials to whatever origin asks protects no user.
fn of_foreign(exchange: &Exchange<'_>) -> Option<Flaw> {
    let granted = exchange.response.field(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    let is_open = granted == Some(FOREIGN_ORIGIN) && has_credentials(exchange);
    is_open.then(|| Flaw::new(Rule::CorsCredentials, format!("allowed for `{FOREIGN_ORIGIN}`")))
}

fn preflight(exchange: &Exchange<'_>) -> Option<Flaw> {
    let response = exchange.response;
    if !response.status().is_success() {
        return Some(Flaw::new(Rule::CorsPreflight, "the status is no success"));
    }
    let method =
        exchange.probe.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?.to_str().ok()?;
    let methods = response.list(header::ACCESS_CONTROL_ALLOW_METHODS);
    let is_simple = ["GET", "HEAD", "POST"].contains(&method);
    let is_listed = methods.iter().any(|it| it == "*" || it.eq_ignore_ascii_case(method));
    let found = described("access-control-allow-methods", &methods);
    (!is_simple && !is_listed).then(|| Flaw::new(Rule::CorsPreflight, found))
}

fn exposed(exchange: &Exchange<'_>) -> Option<Flaw> {
    let exposed = exchange.response.list(header::ACCESS_CONTROL_EXPOSE_HEADERS);
    let all = exposed.iter().any(|name| name == "*") && !has_credentials(exchange);
    let needed = [X_REQUEST_ID, header::RETRY_AFTER, header::WWW_AUTHENTICATE];
    let hidden = needed.into_iter().find(|name| {
        exchange.response.headers().contains_key(name)
            && !exposed.iter().any(|it| it == name.as_str())
    });
    let hidden = hidden.filter(|_| !all)?;
    Some(Flaw::new(Rule::CorsExposed, format!("pages cannot read `{hidden}`")))
}
