//! The state of a store in Redis, and how it decides.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::super::clock::Time;
use super::RedisHealth;
use super::breaker::{Breaker, Outcome};
use super::builder::Settings;
use super::connection::SharedConnection;
use super::denials::Denials;
use super::failure::Failure;
use super::fallback::Fallback;
use super::health::Counts;
use super::outage_log::OutageLog;
use super::script::{CONSUME, REFUND};
use super::script_call::{ScriptCall, decision};
use crate::error::ApiError;
use crate::rate_limit::{ConsumeOutcome, Consumption, Decision, Quota};
use crate::support::lock;

/// The state that all clones of a store share.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) settings: Settings,
    pub(super) connection: Arc<SharedConnection>,
    fallback: Fallback,
    breaker: Mutex<Breaker>,
    is_mending: AtomicBool,
    denials: Denials,
    /// The clock by which denials expire and the fallback counts.
    time: Time,
    counts: Counts,
    outages: Mutex<OutageLog>,
    permits: Arc<Semaphore>,
}

impl Inner {
    pub(super) fn new(settings: Settings, connection: Arc<SharedConnection>) -> Self {
        let time = settings.clock.clone().unwrap_or_else(Time::system);
        Self {
            fallback: Fallback::new(settings.on_failure, &time),
            permits: Arc::new(Semaphore::new(settings.in_flight)),
            time,
            settings,
            connection,
            breaker: Mutex::default(),
            is_mending: AtomicBool::new(false),
            denials: Denials::new(),
            counts: Counts::default(),
            outages: Mutex::default(),
        }
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.time.now())
    }

    pub(super) fn health(&self) -> RedisHealth {
        self.counts.health(!self.is_open())
    }

    /// Connects if there already is a runtime, so that the first request does not wait for it.
    pub(super) fn prepare(&self, quotas: &[Quota]) {
        self.fallback.open(quotas);
        if Handle::try_current().is_ok() {
            self.connection.begin();
        }
    }

    /// Returns what can be decided without calling Redis.
    pub(super) fn consume(self: &Arc<Self>, consumption: &Consumption<'_>) -> ConsumeOutcome {
        if let Some(decision) = self.denials.find(consumption, self.now()) {
            self.counts.cached_denials();
            return ConsumeOutcome::Decided(decision);
        }
        if self.is_open() {
            self.repair();
            self.counts.fallbacks();
            return self.fallback.consume(consumption);
        }
        ConsumeOutcome::Deferred
    }

    pub(super) async fn consume_deferred(
        self: &Arc<Self>,
        consumption: &Consumption<'_>,
    ) -> Result<Decision, ApiError> {
        match self.run(consumption).await {
            Ok(decision) => {
                self.denials.add(consumption, &decision, self.now());
                self.fallback.note(consumption, &decision);
                self.counts.decisions();
                self.record(Outcome::Answer);
                Ok(decision)
            }
            Err(failure) => {
                self.failed(&failure);
                self.counts.fallbacks();
                match self.fallback.consume(consumption) {
                    ConsumeOutcome::Decided(decision) => Ok(decision),
                    ConsumeOutcome::Failed(error) => Err(error.with_note(failure.to_string())),
                    ConsumeOutcome::Deferred => Ok(Decision::unmetered()),
                }
            }
        }
    }

    async fn run(&self, consumption: &Consumption<'_>) -> Result<Decision, Failure> {
        let _permit = self.permit()?;
        let call = ScriptCall::consume(&self.settings.prefix, self.settings.now(), consumption);
        let running = self.connection.run(&CONSUME, &call);
        let answer = timeout(self.settings.timeout, running).await.map_err(|_| Failure::Late)??;
        decision(consumption, answer)
    }

    /// Refunds where the cost was taken. A refund in Redis takes time, so it runs in a task of its
    /// own.
    pub(super) fn refund(self: &Arc<Self>, consumption: &Consumption<'_>, decision: &Decision) {
        let Settings { prefix, .. } = &self.settings;
        match ScriptCall::refund(prefix, self.settings.now(), consumption, decision) {
            Some(call) => {
                self.denials.remove(consumption);
                self.fallback.forget(consumption, decision);
                self.refund_there(call);
            }
            None => self.fallback.refund(consumption, decision),
        }
    }

    fn refund_there(self: &Arc<Self>, call: ScriptCall) {
        let (Ok(runtime), Ok(permit)) = (Handle::try_current(), self.permit()) else { return };
        if self.is_open() {
            return;
        }
        let inner = self.clone();
        runtime.spawn(async move {
            let _permit = permit;
            let running = inner.connection.run(&REFUND, &call);
            let answer = timeout(inner.settings.timeout, running).await;
            match answer.unwrap_or(Err(Failure::Late)) {
                Ok(_) => _ = inner.record(Outcome::Answer),
                Err(failure) => inner.failed(&failure),
            }
        });
    }

    fn permit(&self) -> Result<OwnedSemaphorePermit, Failure> {
        self.permits.clone().try_acquire_owned().map_err(|_| Failure::Busy)
    }

    fn is_open(&self) -> bool {
        lock(&self.breaker).is_open()
    }

    fn failed(self: &Arc<Self>, failure: &Failure) {
        self.counts.failure();
        // Too many concurrent calls of this process do not indicate a failure of Redis.
        if !matches!(failure, Failure::Busy) && self.record(Outcome::Failure) {
            self.outages().down(failure, Instant::now());
            self.repair();
        } else {
            self.outages().hitch(failure, Instant::now());
        }
    }

    /// Records the outcome, and returns whether it made Redis unavailable.
    fn record(&self, outcome: Outcome) -> bool {
        lock(&self.breaker).record(outcome, Instant::now())
    }

    /// Tries once a second whether Redis is back, as long as a clone of the store exists.
    fn repair(self: &Arc<Self>) {
        if self.is_mending.load(Ordering::Relaxed) {
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        if !self.is_mending.swap(true, Ordering::Relaxed) {
            runtime.spawn(repair(Repairing(Arc::downgrade(self))));
        }
    }

    /// Tries a new connection, because the old one may hang, or lead to a server that is no longer
    /// in use. The deadline applies only to the second call, when the server knows the script.
    async fn is_back(&self) -> Result<(), Failure> {
        self.connection.disconnect();
        let quotas = [Quota::per_second(1000).with_name("trial")];
        let consumption = Consumption::new(self.settings.seed.hasher().key(), &quotas, 1);
        timeout(PAUSE, self.try_script(&consumption)).await.map_err(|_| Failure::Late)??;
        self.run(&consumption).await.map(drop)
    }

    async fn try_script(&self, consumption: &Consumption<'_>) -> Result<(), Failure> {
        let call = ScriptCall::consume(&self.settings.prefix, self.settings.now(), consumption);
        self.connection.run(&CONSUME, &call).await.map(drop)
    }

    fn close(&self) {
        lock(&self.breaker).close();
        self.outages().up();
    }

    fn outages(&self) -> MutexGuard<'_, OutageLog> {
        lock(&self.outages)
    }
}

/// The time between two trials.
const PAUSE: Duration = Duration::from_secs(1);

async fn repair(repairing: Repairing) {
    let mut trials = interval_at(tokio::time::Instant::now() + PAUSE, PAUSE);
    trials.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        trials.tick().await;
        let Some(inner) = repairing.0.upgrade() else { return };
        match inner.is_back().await {
            Ok(()) => return inner.close(),
            Err(failure) => {
                inner.counts.failure();
                inner.outages().down(&failure, Instant::now());
            }
        }
    }
}

/// Ends the trials when dropped, also if their runtime is dropped.
struct Repairing(Weak<Inner>);

impl Drop for Repairing {
    fn drop(&mut self) {
        if let Some(inner) = self.0.upgrade() {
            inner.is_mending.store(false, Ordering::Relaxed);
        }
    }
}
