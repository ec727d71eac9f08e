//! The states of a circuit breaker, and when it changes from one to another.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::Permit;
use super::buckets::Buckets;
use crate::support::lock;

/// When a breaker opens, and for how long.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Calls from this duration on are slow.
    pub(crate) slow_after: Duration,
    /// Returns a number from 0 to 1, so that not all processes call the service again at once.
    pub(crate) jitter: fn() -> f64,
}

impl Settings {
    const MIN_CALLS: u32 = 20;
    const FAILED_PERCENT: u32 = 50;
    const SLOW_PERCENT: u32 = 80;
    const OPEN: Duration = Duration::from_secs(5);
    const MAX_OPEN: Duration = Duration::from_secs(60);
    /// The part of the time by which jitter shortens it at most.
    const JITTER: f64 = 0.2;
    const PROBES: u32 = 3;
    /// The wait of a call that finds all probes under way: they have the shortest one to end.
    const PROBE_WAIT: Duration = Duration::from_secs(1);

    /// Returns for how long the breaker opens after it has opened `before` times in a row.
    fn open_for(&self, before: u32) -> Duration {
        let doubled = Self::OPEN.saturating_mul(1_u32.checked_shl(before).unwrap_or(u32::MAX));
        let jitter = (self.jitter)().clamp(0.0, 1.0);
        doubled.min(Self::MAX_OPEN).mul_f64(Self::JITTER.mul_add(-jitter, 1.0))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self { slow_after: Duration::from_secs(2), jitter: fastrand::f64 }
    }
}

/// The state of the circuit breaker of a service, for health checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CircuitState {
    /// Calls are sent.
    Closed,
    /// The service failed too often: no call is sent until `retry_after` has passed.
    Open {
        /// The time until calls are sent again.
        retry_after: Duration,
    },
    /// The service is being tried: at most three calls are sent at once.
    HalfOpen,
    /// The service asked for a pause with a 429: no call is sent until `retry_after` has passed.
    Throttled {
        /// The time until calls are sent again.
        retry_after: Duration,
    },
}

/// The reason why a call is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The breaker is open for this long, or half-open with all probes under way.
    Open(Duration),
    /// The service asked for a pause that has not passed yet.
    Throttled(Duration),
}

/// A circuit breaker; clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Breaker(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: Settings,
    machine: Mutex<Machine>,
}

#[derive(Debug)]
struct Machine {
    phase: Phase,
    /// Changes with every phase: outcomes of calls that began in an earlier one count as nothing.
    generation: u64,
    /// How often it has opened since it was last closed.
    opened: u32,
    throttled_until: Option<Instant>,
}

#[derive(Debug)]
enum Phase {
    Closed(Buckets),
    Open { until: Instant },
    HalfOpen { in_flight: u32, succeeded: u32 },
}

impl Breaker {
    pub(crate) fn new(settings: Settings, now: Instant) -> Self {
        let phase = Phase::Closed(Buckets::new(now));
        let machine = Machine { phase, generation: 0, opened: 0, throttled_until: None };
        Self(Arc::new(Shared { settings, machine: Mutex::new(machine) }))
    }

    /// Lets a call through, or returns why not.
    pub(crate) fn admit(&self, now: Instant) -> Result<Permit, Refusal> {
        let mut machine = self.machine();
        if let Some(wait) = machine.pause(now) {
            return Err(Refusal::Throttled(wait));
        }
        machine.end_open(now);
        match &mut machine.phase {
            Phase::Closed(_) => {}
            Phase::Open { until } => {
                return Err(Refusal::Open(until.saturating_duration_since(now)));
            }
            Phase::HalfOpen { in_flight: Settings::PROBES, .. } => {
                return Err(Refusal::Open(Settings::PROBE_WAIT));
            }
            Phase::HalfOpen { in_flight, .. } => *in_flight += 1,
        }
        Ok(Permit::new(self.clone(), machine.generation, now))
    }

    /// Returns the state, as the next call would find it.
    pub(crate) fn state(&self, now: Instant) -> CircuitState {
        let mut machine = self.machine();
        if let Some(retry_after) = machine.pause(now) {
            return CircuitState::Throttled { retry_after };
        }
        machine.end_open(now);
        match machine.phase {
            Phase::Closed(_) => CircuitState::Closed,
            Phase::Open { until } => {
                CircuitState::Open { retry_after: until.saturating_duration_since(now) }
            }
            Phase::HalfOpen { .. } => CircuitState::HalfOpen,
        }
    }

    pub(super) fn succeed(
        &self,
        generation: u64,
        latency: Duration,
        now: Instant,
    ) -> Option<Duration> {
        let is_slow = latency >= self.0.settings.slow_after;
        let mut machine = self.machine();
        match machine.phase_of(generation)? {
            Phase::Closed(buckets) => {
                let counts = buckets.current(now);
                counts.calls = counts.calls.saturating_add(1);
                if !is_slow {
                    return None;
                }
                counts.slow = counts.slow.saturating_add(1);
                let should_open = reached(buckets, now);
                should_open.then(|| machine.open(&self.0.settings, now))
            }
            // A service that is too slow has not recovered.
            Phase::HalfOpen { .. } if is_slow => Some(machine.open(&self.0.settings, now)),
            Phase::HalfOpen { in_flight, succeeded } => {
                *in_flight -= 1;
                *succeeded += 1;
                if *succeeded >= Settings::PROBES {
                    machine.close(now);
                }
                None
            }
            Phase::Open { .. } => None,
        }
    }

    pub(super) fn fail(&self, generation: u64, now: Instant) -> Option<Duration> {
        let mut machine = self.machine();
        let should_open = match machine.phase_of(generation)? {
            Phase::Closed(buckets) => {
                let counts = buckets.current(now);
                counts.calls = counts.calls.saturating_add(1);
                counts.failed = counts.failed.saturating_add(1);
                reached(buckets, now)
            }
            Phase::HalfOpen { .. } => true,
            Phase::Open { .. } => false,
        };
        should_open.then(|| machine.open(&self.0.settings, now))
    }

    /// Counts a call as a failure that was counted as a success before, because its body broke off.
    /// Returns for how long the breaker opens if that made it open.
    pub(crate) fn fail_body(&self, generation: u64, now: Instant) -> Option<Duration> {
        let mut machine = self.machine();
        let should_open = match machine.phase_of(generation)? {
            Phase::Closed(buckets) => {
                let counts = buckets.current(now);
                counts.failed = counts.failed.saturating_add(1);
                reached(buckets, now)
            }
            Phase::HalfOpen { .. } => true,
            Phase::Open { .. } => false,
        };
        should_open.then(|| machine.open(&self.0.settings, now))
    }

    pub(super) fn throttle(&self, wait: Duration, now: Instant) {
        let mut machine = self.machine();
        machine.throttled_until = machine.throttled_until.max(now.checked_add(wait));
    }

    pub(super) fn give_back(&self, generation: u64) {
        if let Some(Phase::HalfOpen { in_flight, .. }) = self.machine().phase_of(generation) {
            *in_flight -= 1;
        }
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        lock(&self.0.machine)
    }
}

impl Machine {
    /// Returns the rest of the pause that the service asked for.
    fn pause(&mut self, now: Instant) -> Option<Duration> {
        let left = self.throttled_until?.saturating_duration_since(now);
        if left.is_zero() {
            self.throttled_until = None;
            return None;
        }
        Some(left)
    }

    /// Returns the phase, if it is still the one in which the call began.
    fn phase_of(&mut self, generation: u64) -> Option<&mut Phase> {
        (self.generation == generation).then_some(&mut self.phase)
    }

    fn end_open(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Open { until } if now >= until) {
            self.enter(Phase::HalfOpen { in_flight: 0, succeeded: 0 });
        }
    }

    fn open(&mut self, settings: &Settings, now: Instant) -> Duration {
        let time = settings.open_for(self.opened);
        self.opened = self.opened.saturating_add(1);
        self.enter(Phase::Open { until: now + time });
        time
    }

    fn close(&mut self, now: Instant) {
        self.opened = 0;
        self.enter(Phase::Closed(Buckets::new(now)));
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.generation = self.generation.wrapping_add(1);
    }
}

/// Returns whether the calls of the last ten seconds have reached a rate at which the breaker opens.
fn reached(buckets: &mut Buckets, now: Instant) -> bool {
    let total = buckets.total(now);
    let is_over = |count: u32, percent: u32| {
        u64::from(count) * 100 >= u64::from(total.calls) * u64::from(percent)
    };
    total.calls >= Settings::MIN_CALLS
        && (is_over(total.failed, Settings::FAILED_PERCENT)
            || is_over(total.slow, Settings::SLOW_PERCENT))
}
