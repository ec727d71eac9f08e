//! What all calls to one service share: the connections, the settings, the budget, the breaker.

use std::borrow::Cow;
use std::time::Duration;

use http::{HeaderMap, Method};
use reqwest::{Client, Url};
use tower::retry::budget::TpsBudget;

use super::answer::UpstreamMap;
use super::error::Call;
use super::log;
use crate::breaker::Breaker;
use crate::support::redact_url;

/// The shared half of an [`Upstream`](super::Upstream).
pub(super) struct Inner {
    pub(super) name: Cow<'static, str>,
    /// It has no query, and its path does not end in a slash.
    pub(super) base: Url,
    pub(super) audience: Audience,
    pub(super) client: Client,
    pub(super) headers: HeaderMap,
    pub(super) attempt_timeout: Duration,
    pub(super) total_timeout: Duration,
    pub(super) retries: u32,
    pub(super) budget: TpsBudget,
    pub(super) breaker: Breaker,
    pub(super) throttle: Throttle,
    pub(super) map: UpstreamMap,
    pub(super) max_body: usize,
}

/// Whose service it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// A service of the same organization: it gets ids, trace and deadline.
    Internal,
    /// A service of others: it gets none of them.
    External,
}

/// Whether a 429 with `Retry-After` stops all calls, or only the one that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Throttle {
    AllCalls,
    OneCall,
}

impl Inner {
    /// Returns the description of a call for operators.
    pub(super) fn call(&self, method: &Method, url: &Url, attempts: u32) -> Call {
        let target = format!("{method} {}", redact_url(url.as_str()));
        Call { name: self.name.clone(), target: Some(target), attempts }
    }

    /// Logs that an outcome made the circuit open.
    pub(super) fn note_opened(&self, opened: Option<Duration>) {
        if let Some(time) = opened {
            log::opened(&self.name, time);
        }
    }
}
