//! The state of a store in Redis, how it decides, and what it counts.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::super::clock::Time;
use super::connection::SharedConnection;
use super::denials::Denials;
use super::fallback::{Fallback, OnFailure};
use super::outage::{Breaker, OutageLog, Outcome};
use super::script::{CONSUME, Failure, REFUND, ScriptCall, decision};
use crate::error::ApiError;
use crate::rate_limit::{ConsumeOutcome, Consumption, Decision, KeySeed, Quota};
use crate::support::lock;

/// The settings of a store.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) seed: KeySeed,
    pub(super) on_failure: OnFailure,
    pub(super) prefix: Arc<str>,
    pub(super) timeout: Duration,
    pub(super) in_flight: usize,
    /// The clock; `None` for the clock of Redis.
    pub(super) clock: Option<Time>,
}

impl Settings {
    /// Returns the time of a configured clock, or `None` if Redis provides the time. The clock's
    /// own time is used, because other processes have the same clock, but no more than a script can
    /// represent.
    pub(super) fn now(&self) -> Option<Duration> {
        self.clock.as_ref()?.given_time().map(|time| time.min(LATEST))
    }
}

/// 142 years: one window later, microseconds are still exact in the numbers of a script.
const LATEST: Duration = Duration::from_micros(1 << 52);

/// The state that all clones of a store share.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) settings: Settings,
    pub(super) connection: SharedConnection,
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
    pub(super) fn new(settings: Settings, connection: SharedConnection) -> Self {
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
        self.connection.begin();
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
        let answer =
            timeout(in_time(self.settings.timeout), running).await.map_err(|_| Failure::Late)??;
        decision(consumption, answer)
    }

    /// Refunds where the cost was taken. A refund in Redis takes time, so it runs in a task of its
    /// own.
    pub(super) fn refund(self: &Arc<Self>, consumption: &Consumption<'_>, decision: &Decision) {
        let Settings { prefix, .. } = &self.settings;
        match ScriptCall::refund(prefix, self.settings.now(), consumption, decision) {
            Some(call) => {
                self.denials.remove(consumption);
                self.fallback.forget(consumption);
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
            let answer = timeout(in_time(inner.settings.timeout), running).await;
            match answer {
                Ok(Ok(_)) => _ = inner.record(Outcome::Answer),
                Ok(Err(error)) => inner.failed(&error.into()),
                Err(_) => inner.failed(&Failure::Late),
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
        self.connection.run(&CONSUME, &call).await?;
        Ok(())
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

/// The state of a [`RedisStore`](super::RedisStore), for a health check or metrics. The counts
/// begin with the store and never decrease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedisHealth {
    /// Whether Redis is called. If not, it has failed, and is only tried once a second.
    pub is_available: bool,
    /// The number of decisions that Redis made.
    pub decisions: u64,
    /// The number of refusals that were made in this process, without calling Redis again, because
    /// it had already refused the client.
    pub cached_denials: u64,
    /// The number of calls that failed, including trials.
    pub failures: u64,
    /// The number of requests that [`OnFailure`](super::OnFailure) decided instead.
    pub fallbacks: u64,
}

#[derive(Debug, Default)]
struct Counts {
    decisions: AtomicU64,
    cached_denials: AtomicU64,
    failures: AtomicU64,
    fallbacks: AtomicU64,
}

impl Counts {
    fn decisions(&self) {
        self.decisions.fetch_add(1, Ordering::Relaxed);
    }

    fn cached_denials(&self) {
        self.cached_denials.fetch_add(1, Ordering::Relaxed);
    }

    fn failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    fn fallbacks(&self) {
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
    }

    fn health(&self, is_available: bool) -> RedisHealth {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        RedisHealth {
            is_available,
            decisions: of(&self.decisions),
            cached_denials: of(&self.cached_denials),
            failures: of(&self.failures),
            fallbacks: of(&self.fallbacks),
        }
    }
}

/// Returns when to give up, so that a decision ends within its time: the runtime's timers are up to a
/// millisecond late.
fn in_time(timeout: Duration) -> Duration {
    timeout.saturating_sub(Duration::from_millis(1).min(timeout / 10))
}
