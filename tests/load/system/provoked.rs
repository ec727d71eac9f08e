//! The errors that clients provoked, and the log in which each of them is one line.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::CANARY;
use super::ask::PROVOKED;
use super::findings::{Findings, Promise};
use super::server::SECRET;
use super::world::{PASSWORD, World};

/// The ids of requests that the server has to report.
#[derive(Debug, Default)]
pub(super) struct Provoked(RefCell<HashSet<String>>);

impl Provoked {
    pub(super) fn add(&self, id: String) {
        self.0.borrow_mut().insert(id);
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// Checks that the log has one line for each of them, no other error, and no secret.
    pub(super) fn check_log(&self, findings: &Findings, world: &World, log: &str) {
        let mut reported: HashMap<String, u32> = HashMap::new();
        for line in log.lines() {
            findings.check(Promise::Secret, !has_secret(line, world), || line.to_owned());
            let Ok(event) = serde_json::from_str::<Value>(line) else {
                findings.add(Promise::LogLine, || line.to_owned());
                continue;
            };
            // The server's own warnings are no reports.
            if !is_report(&event) {
                findings
                    .check(Promise::NoErrorLogged, event["level"] != "ERROR", || line.to_owned());
                continue;
            }
            let id = event["fields"]["request_id"].as_str().unwrap_or_default();
            let is_provoked = id.starts_with(PROVOKED);
            findings.check(Promise::NoErrorLogged, is_provoked, || line.to_owned());
            *reported.entry(id.to_owned()).or_default() += 1;
        }
        for id in &*self.0.borrow() {
            let count = reported.get(id).copied().unwrap_or_default();
            findings.check(Promise::ReportedOnce, count == 1, || format!("{id} has {count}"));
        }
    }
}

/// Returns whether an event is the report of an error that is the server's fault.
fn is_report(event: &Value) -> bool {
    let status = event["fields"]["http.response.status_code"].as_u64();
    event["target"] == "definable_errors" && status.is_some_and(|status| status >= 500)
}

fn has_secret(line: &str, world: &World) -> bool {
    let signatures = world.secrets().iter().filter_map(|token| token.rsplit('.').next());
    signatures.chain([CANARY, PASSWORD, SECRET, "kb_live_"]).any(|secret| line.contains(secret))
}
