use std::hash::Hash;
use std::sync::Arc;

use http::{request, response};
use tower_layer::Layer;

use super::rate_limit::{Prepared, RateLimit, Settings};
use super::{ConsumeOutcome, Consumption, Decision, Identity, Key};
use crate::error::{ApiError, ApiFuture};
use crate::guard::{Guard, GuardService};

/// The permit of a [`RateLimit`](super::RateLimit): what the request consumed, unless it was not
/// counted.
#[derive(Debug)]
#[must_use = "a quota that is dropped stays consumed"]
pub struct ConsumedQuota(Option<Counted>);

#[derive(Debug)]
struct Counted {
    key: Key,
    cost: u32,
    decision: Decision,
}

impl Guard for RateLimit {
    type Permit = ConsumedQuota;

    fn admit(&self, request: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        let settings = self.settings();
        let asked = match asked(settings, request) {
            Ok(Some(asked)) => asked,
            Ok(None) => return ApiFuture::ready(Ok(ConsumedQuota::UNCOUNTED)),
            Err(error) => return ApiFuture::ready(Err(error)),
        };
        decide(settings, asked)
    }

    fn on_response(&self, pass: ConsumedQuota, response: &mut response::Parts) {
        let settings = self.settings();
        let pass = if settings.counts(response.status) { pass } else { pass.given_back(settings) };
        let Some(counted) = pass.0 else { return };
        // A redirect may be followed to another server, and a 304 is served from a cache.
        if !response.status.is_redirection() {
            settings.prepared().fields.write(&counted.decision, &mut response.headers);
        }
    }
}

/// The client that sent the request, and its cost.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    key: Key,
    cost: u32,
}

impl Asked {
    fn consumption(self, settings: &Settings) -> Consumption<'_> {
        Consumption::new(self.key, settings.quotas(), self.cost)
    }
}

/// Returns `None` for a request that is not counted.
fn asked(settings: &Settings, request: &request::Parts) -> Result<Option<Asked>, ApiError> {
    if settings.is_exempt(request) { Ok(None) } else { asked_for(settings, request, ()) }
}

/// Builds the key from the head of the request and from what only the reader of its body knows.
pub(super) fn asked_for(
    settings: &Settings,
    request: &request::Parts,
    client: impl Hash,
) -> Result<Option<Asked>, ApiError> {
    let mut hasher = settings.prepared().seed.hasher();
    client.hash(&mut hasher);
    Ok(match settings.key().identify(request, &mut hasher)? {
        Identity::Known => Some(Asked { key: hasher.key(), cost: settings.cost_of(request) }),
        Identity::Unknown => None,
    })
}

pub(super) fn decide(settings: &Arc<Settings>, asked: Asked) -> ApiFuture<'static, ConsumedQuota> {
    match settings.store().consume(&asked.consumption(settings)) {
        ConsumeOutcome::Decided(decision) => ApiFuture::ready(judged(settings, asked, decision)),
        ConsumeOutcome::Failed(error) => ApiFuture::ready(Err(error)),
        ConsumeOutcome::Deferred => {
            let settings = settings.clone();
            ApiFuture::boxed(async move {
                let decision =
                    settings.store().consume_deferred(asked.consumption(&settings)).await?;
                judged(&settings, asked, decision)
            })
        }
    }
}

fn judged(
    settings: &Settings,
    asked: Asked,
    decision: Decision,
) -> Result<ConsumedQuota, ApiError> {
    if decision.is_admitted() {
        let Asked { key, cost } = asked;
        return Ok(ConsumedQuota(Some(Counted { key, cost, decision })));
    }
    let Prepared { fields, refusals, .. } = settings.prepared();
    Err(refusals.of(&decision, fields.of_refusal(&decision)))
}

impl ConsumedQuota {
    pub(super) const UNCOUNTED: Self = Self(None);

    /// Refunds the request, because it does not count after all.
    pub(super) fn given_back(mut self, settings: &Settings) -> Self {
        if let Self(Some(counted)) = &mut self {
            counted.refund(settings);
        }
        self
    }
}

impl Counted {
    fn refund(&mut self, settings: &Settings) {
        let consumption = Consumption::new(self.key, settings.quotas(), self.cost);
        settings.store().refund(&consumption, &self.decision);
        let statuses = self.decision.statuses_mut().iter_mut().zip(settings.quotas());
        for (status, quota) in statuses {
            *status = status.with_more(consumption.cost_of(quota));
        }
    }
}

impl<S> Layer<S> for RateLimit {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        // Memory is allocated when the service starts, not when its first client connects.
        self.settings().prepared();
        crate::guard::layer(self.clone()).layer(inner)
    }
}
