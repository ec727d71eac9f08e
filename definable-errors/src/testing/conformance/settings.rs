//! The settings of a run.

use std::time::Duration;

use http::HeaderMap;
use serde_json::Value;

use super::checks::Policy;
use super::target::{Parameters, Target};
use crate::testing::Rule;

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) targets: Vec<Target>,
    pub(super) failing: Vec<Target>,
    pub(super) examples: Vec<(Target, Value)>,
    pub(super) parameters: Parameters,
    pub(super) headers: HeaderMap,
    pub(super) policy: Policy,
    pub(super) large_body: usize,
    pub(super) timeout: Duration,
    pub(super) time_limit: Duration,
    pub(super) max_requests: usize,
    pub(super) exceptions: Vec<(Rule, String)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
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
}

impl Settings {
    /// Adds a route that is not known yet.
    pub(super) fn add_target(&mut self, target: Target) {
        if !self.targets.contains(&target) {
            self.targets.push(target);
        }
    }
}
