//! Mistakes that can be made with every endpoint, and the check that each endpoint has its cases.

use http::Method;
use serde_json::Value;

use super::{Case, bad};
use crate::system::CANARY;
use crate::system::ask::Ask;
use crate::system::world::{ACME, HANDBOOK, INDEXED, User};

/// Returns requests of each endpoint of the document by a method that it does not have and, if it needs
/// credentials, without any and with a token that was never issued.
pub(super) fn cases(document: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    for (path, operations) in members(document, "paths") {
        for (method, operation) in methods(operations) {
            let name = format!("{method} {path}");
            cases.push(wrong_method(&name, path, operations));
            if operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty()) {
                cases.push(without_credentials(&name, path, &method));
                cases.push(unknown_credentials(&name, path, &method));
            }
        }
    }
    cases
}

/// Returns the endpoints of the document without a good or without a bad request, and the operations
/// of cases that are not in the document.
pub(in crate::system) fn uncovered(document: &Value, cases: &[Case]) -> Vec<String> {
    let mut operations = Vec::new();
    for (path, of_path) in members(document, "paths") {
        operations.extend(methods(of_path).map(|(method, _)| format!("{method} {path}")));
    }
    let has = |operation: &str, is_good: bool| {
        let mut cases = cases.iter().filter(|case| case.operation == operation);
        cases.any(|case| case.expected.is_good() == is_good)
    };
    let missing = operations.iter().filter(|name| !has(name, true) || !has(name, false)).cloned();
    let unknown = cases.iter().map(|case| &case.operation);
    let unknown = unknown.filter(|name| !name.is_empty() && !operations.contains(name)).cloned();
    missing.chain(unknown).collect()
}

fn members<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value[name].as_object().expect("the document has paths").iter()
}

fn methods(operations: &Value) -> impl Iterator<Item = (Method, &Value)> {
    let all = operations.as_object().into_iter().flatten();
    all.filter_map(|(name, operation)| Some((name.to_uppercase().parse().ok()?, operation)))
        .filter(|(method, _)| COMMON.contains(method))
}

const COMMON: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Returns a path of the template.
fn filled(path: &str) -> String {
    path.replace("{kb_id}", HANDBOOK)
        .replace("{job_id}", INDEXED)
        .replace("{user_id}", &User::Guest.id())
        .replace("{code}", "kb_not_found")
}

fn wrong_method(name: &str, path: &str, operations: &Value) -> Case {
    let has = |method: &Method| methods(operations).any(|(known, _)| known == *method);
    let method = COMMON.into_iter().rev().find(|method| !has(method));
    let method = method.expect("no path has all methods");
    let path = filled(path);
    // The removed version answers every request with one response.
    let problems: &[_] = match &*path {
        "/api/v0/kbs" => &[(410, "gone")],
        _ => &[(405, "method_not_allowed")],
    };
    bad(name, "by a method that it does not have", problems, move |_| {
        Ask::new(method.clone(), &*path)
    })
}

fn without_credentials(name: &str, path: &str, method: &Method) -> Case {
    let (path, method) = (filled(path), method.clone());
    bad(name, "without credentials", &[(401, "missing_credentials")], move |_| {
        Ask::new(method.clone(), &*path).query(&format!("org_id={ACME}"))
    })
}

fn unknown_credentials(name: &str, path: &str, method: &Method) -> Case {
    let (path, method) = (filled(path), method.clone());
    // Webhooks take API keys and no tokens.
    let problems: &[_] = match &*path {
        "/hooks/ingest" => &[(401, "invalid_api_key")],
        _ => &[(401, "invalid_token")],
    };
    bad(name, "with unknown credentials", problems, move |_| {
        let ask = Ask::new(method.clone(), &*path).query(&format!("org_id={ACME}"));
        match &*path {
            "/hooks/ingest" => ask.field("x-api-key", format!("{CANARY}-key")),
            _ => ask.field("authorization", format!("Bearer {CANARY}.token.x")),
        }
    })
}
