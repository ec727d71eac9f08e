//! Tests of the transitions, and of random sequences against a model that keeps a log of all calls.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Breaker, CircuitState, Permit, Refusal, Settings};

fn settings() -> Settings {
    Settings { jitter: || 0.0, ..Settings::default() }
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A breaker, and the time of its start.
fn breaker() -> (Breaker, Instant) {
    let start = Instant::now();
    (Breaker::new(settings(), start), start)
}

fn calls(breaker: &Breaker, now: Instant, succeeded: usize, failed: usize) {
    for _ in 0..succeeded {
        breaker.admit(now).unwrap().succeed(now);
    }
    for _ in 0..failed {
        breaker.admit(now).unwrap().fail(now);
    }
}

/// Returns a breaker that has just opened.
fn open() -> (Breaker, Instant) {
    let (breaker, start) = breaker();
    calls(&breaker, start, 0, 20);
    (breaker, start)
}

#[test]
fn breaker_opens_at_half_of_twenty_calls() {
    let (breaker, start) = breaker();
    calls(&breaker, start, 10, 9);
    assert_eq!(breaker.state(start), CircuitState::Closed);
    let opened = breaker.admit(start).unwrap().fail(start);
    assert_eq!(opened, Some(millis(5_000)));
    assert_eq!(breaker.state(start), CircuitState::Open { retry_after: millis(5_000) });
    assert_eq!(breaker.admit(start + millis(1)).unwrap_err(), Refusal::Open(millis(4_999)));
}

#[test]
fn fewer_failures_than_half_do_not_open_it() {
    let (breaker, start) = breaker();
    calls(&breaker, start, 100, 99);
    assert_eq!(breaker.state(start), CircuitState::Closed);
    assert_eq!(breaker.admit(start).unwrap().fail(start), Some(millis(5_000)));
}

#[test]
fn failures_are_forgotten_after_ten_seconds() {
    let (breaker, start) = breaker();
    calls(&breaker, start, 0, 19);
    let later = start + millis(10_000);
    calls(&breaker, later, 0, 19);
    assert_eq!(breaker.state(later), CircuitState::Closed);
    calls(&breaker, later, 0, 1);
    assert_ne!(breaker.state(later), CircuitState::Closed);
}

#[test]
fn slow_calls_open_it_at_four_of_five() {
    let (breaker, start) = breaker();
    let slow = start + millis(2_000);
    let one = || breaker.admit(start).unwrap();
    let permits: Vec<_> = (0..15).map(|_| one()).collect();
    calls(&breaker, start, 4, 0);
    for permit in permits {
        assert_eq!(permit.succeed(slow), None);
    }
    let fast = one();
    let last = one();
    assert_eq!(fast.succeed(start + millis(1_999)), None);
    assert_eq!(last.succeed(slow), None, "16 of 21 are slow");
    for _ in 0..3 {
        assert_eq!(one().succeed(slow), None);
    }
    assert_eq!(one().succeed(slow), Some(millis(5_000)), "20 of 25 are slow");
}

#[test]
fn call_whose_body_broke_off_counts_as_a_failure_once() {
    let (breaker, start) = breaker();
    let generations: Vec<_> = (0..20)
        .map(|_| {
            let permit = breaker.admit(start).unwrap();
            let generation = permit.generation();
            permit.succeed(start);
            generation
        })
        .collect();
    for generation in &generations[..9] {
        assert_eq!(breaker.fail_body(*generation, start), None);
    }
    assert_eq!(breaker.fail_body(generations[9], start), Some(millis(5_000)), "10 of 20");
    assert_eq!(breaker.fail_body(generations[10], start), None, "it is open already");
}

#[test]
fn three_successes_close_it() {
    let (breaker, start) = open();
    let later = start + millis(5_000);
    assert_eq!(breaker.state(later), CircuitState::HalfOpen);
    calls(&breaker, later, 2, 0);
    assert_eq!(breaker.state(later), CircuitState::HalfOpen);
    calls(&breaker, later, 1, 0);
    assert_eq!(breaker.state(later), CircuitState::Closed);
    calls(&breaker, later, 0, 19);
    assert_eq!(breaker.state(later), CircuitState::Closed, "earlier failures are forgotten");
}

#[test]
fn three_probes_at_once_are_let_through() {
    let (breaker, start) = open();
    let later = start + millis(5_000);
    let probes: Vec<_> = (0..3).map(|_| breaker.admit(later).unwrap()).collect();
    assert_eq!(breaker.admit(later).unwrap_err(), Refusal::Open(millis(1_000)));
    drop(probes);
    assert!((0..3).map(|_| breaker.admit(later)).collect::<Result<Vec<_>, _>>().is_ok());
}

#[test]
fn dropped_permit_is_returned_and_counts_as_nothing() {
    let (breaker, start) = open();
    let later = start + millis(5_000);
    for _ in 0..1_000 {
        drop(breaker.admit(later).unwrap());
    }
    assert_eq!(breaker.state(later), CircuitState::HalfOpen);
}

#[test]
fn each_failed_probe_doubles_the_time_up_to_a_minute() {
    let (breaker, start) = open();
    let mut now = start + millis(5_000);
    for expected in [10, 20, 40, 60, 60, 60] {
        let opened = breaker.admit(now).unwrap().fail(now).unwrap();
        assert_eq!(opened, Duration::from_secs(expected));
        now += opened;
    }
    calls(&breaker, now, 3, 0);
    calls(&breaker, now, 0, 20);
    assert_eq!(breaker.state(now), CircuitState::Open { retry_after: millis(5_000) });
}

#[test]
fn slow_probe_opens_it_again() {
    let (breaker, start) = open();
    let later = start + millis(5_000);
    let probe = breaker.admit(later).unwrap();
    assert_eq!(probe.succeed(later + millis(2_000)), Some(millis(10_000)));
}

#[test]
fn outcome_of_a_call_from_an_earlier_phase_counts_as_nothing() {
    let (breaker, start) = breaker();
    let early: Vec<_> = (0..3).map(|_| breaker.admit(start).unwrap()).collect();
    calls(&breaker, start, 0, 20);
    let later = start + millis(5_000);
    let _probe = breaker.admit(later).unwrap();
    for permit in early {
        assert_eq!(permit.fail(later), None);
    }
    assert_eq!(breaker.state(later), CircuitState::HalfOpen);
    assert!(breaker.admit(later).is_ok() && breaker.admit(later).is_ok());
}

#[test]
fn pause_that_the_service_asked_for_is_kept() {
    let (breaker, start) = breaker();
    breaker.admit(start).unwrap().throttle(millis(3_000), start);
    breaker.admit(start).unwrap_err();
    assert_eq!(
        breaker.admit(start + millis(2_000)).unwrap_err(),
        Refusal::Throttled(millis(1_000))
    );
    assert_eq!(breaker.state(start), CircuitState::Throttled { retry_after: millis(3_000) });
    assert!(breaker.admit(start + millis(3_000)).is_ok());
}

#[test]
fn shorter_pause_does_not_replace_a_longer_one() {
    let (breaker, start) = breaker();
    let [one, other] = [(); 2].map(|()| breaker.admit(start).unwrap());
    one.throttle(millis(3_000), start);
    other.throttle(millis(1_000), start);
    assert_eq!(breaker.admit(start).unwrap_err(), Refusal::Throttled(millis(3_000)));
}

#[test]
fn jitter_shortens_the_time_by_a_fifth_at_most() {
    for jitter in [|| 0.0, || 1.0, || 0.5, || 7.0, || f64::NEG_INFINITY] {
        let start = Instant::now();
        let breaker = Breaker::new(Settings { jitter, ..Settings::default() }, start);
        calls(&breaker, start, 0, 20);
        let CircuitState::Open { retry_after } = breaker.state(start) else { panic!() };
        assert!((millis(4_000)..=millis(5_000)).contains(&retry_after), "{retry_after:?}");
    }
}

/// One step of a random sequence; an index chooses among the calls that are under way.
#[derive(Debug, Clone)]
enum Step {
    Wait(u64),
    Call,
    Succeed(usize),
    Fail(usize),
    FailBody(usize),
    Cancel(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1_u64..4_000).prop_map(Step::Wait),
        6 => Just(Step::Call),
        3 => any::<usize>().prop_map(Step::Succeed),
        4 => any::<usize>().prop_map(Step::Fail),
        1 => any::<usize>().prop_map(Step::FailBody),
        1 => any::<usize>().prop_map(Step::Cancel),
    ]
}

/// The same rules, written down as directly as possible: it keeps every call.
#[derive(Default)]
struct Model {
    /// The time in milliseconds.
    now: u64,
    /// When the present phase began, and a number that identifies it.
    since: u64,
    phase: usize,
    kind: Kind,
    opened: u32,
    /// The calls under way: their phase and when they began.
    under_way: Vec<(usize, u64)>,
    /// The calls that succeeded, and whose bodies may still fail: their phase.
    succeeded: Vec<usize>,
    /// What was seen in the present phase, and when.
    log: Vec<(u64, Seen)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen {
    Success,
    Slow,
    Failure,
    FailedBody,
}

#[derive(Default, Debug, Clone, Copy, PartialEq)]
enum Kind {
    #[default]
    Closed,
    Open(u64),
    HalfOpen,
}

impl Model {
    fn enter(&mut self, kind: Kind) {
        self.kind = kind;
        self.phase += 1;
        self.since = self.now;
        self.log.clear();
    }

    fn open(&mut self) {
        let time = (5_000_u64 << self.opened.min(10)).min(60_000);
        self.opened += 1;
        self.enter(Kind::Open(self.now + time));
    }

    fn kind(&mut self) -> Kind {
        if matches!(self.kind, Kind::Open(until) if self.now >= until) {
            self.enter(Kind::HalfOpen);
        }
        self.kind
    }

    fn probes(&self) -> usize {
        self.under_way.iter().filter(|(phase, _)| *phase == self.phase).count()
    }

    /// Returns whether a call is let through.
    fn call(&mut self) -> bool {
        let passes = match self.kind() {
            Kind::Closed => true,
            Kind::Open(_) => false,
            Kind::HalfOpen => self.probes() < 3,
        };
        if passes {
            self.under_way.push((self.phase, self.now));
        }
        passes
    }

    fn end(&mut self, index: usize, failed: bool) {
        let (phase, began) = self.under_way.remove(index);
        if phase != self.phase {
            return;
        }
        let is_slow = self.now - began >= 2_000;
        let seen = match (failed, is_slow) {
            (true, _) => Seen::Failure,
            (false, true) => Seen::Slow,
            (false, false) => Seen::Success,
        };
        self.see(seen);
    }

    fn fail_body(&mut self, index: usize) {
        if self.succeeded.remove(index) == self.phase {
            self.see(Seen::FailedBody);
        }
    }

    fn see(&mut self, seen: Seen) {
        self.log.push((self.now, seen));
        let is_bad = seen != Seen::Success;
        match self.kind {
            Kind::Closed if is_bad && self.is_over() => self.open(),
            Kind::HalfOpen if is_bad => self.open(),
            Kind::HalfOpen if self.log.len() == 3 => {
                self.opened = 0;
                self.enter(Kind::Closed);
            }
            _ => {}
        }
    }

    /// Counts the calls of this second and the nine before, as seconds are counted in this phase.
    fn is_over(&self) -> bool {
        let second = |at: u64| (at - self.since) / 1_000;
        let recent = self.log.iter().filter(|(at, _)| second(*at) + 10 > second(self.now));
        let recent: Vec<_> = recent.map(|(_, seen)| *seen).collect();
        let count = |one: &[Seen]| recent.iter().filter(|seen| one.contains(seen)).count();
        let calls = count(&[Seen::Success, Seen::Slow, Seen::Failure]);
        let failed = count(&[Seen::Failure, Seen::FailedBody]);
        calls >= 20 && (failed * 100 >= calls * 50 || count(&[Seen::Slow]) * 100 >= calls * 80)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn breaker_decides_as_the_model(steps in proptest::collection::vec(step(), 1..400)) {
        let start = Instant::now();
        let breaker = Breaker::new(settings(), start);
        let mut model = Model::default();
        let mut permits: Vec<Permit> = Vec::new();
        let mut generations = Vec::new();
        for step in steps {
            let now = start + millis(model.now);
            match step {
                Step::Wait(time) => model.now += time,
                Step::Call => {
                    let admitted = breaker.admit(now);
                    prop_assert_eq!(admitted.is_ok(), model.call());
                    permits.extend(admitted);
                }
                Step::FailBody(_) if generations.is_empty() => {}
                Step::FailBody(index) => {
                    let index = index % generations.len();
                    breaker.fail_body(generations.remove(index), now);
                    model.fail_body(index);
                }
                _ if permits.is_empty() => {}
                Step::Succeed(index) => {
                    let index = index % permits.len();
                    let permit = permits.remove(index);
                    generations.push(permit.generation());
                    model.succeeded.push(model.under_way[index].0);
                    permit.succeed(now);
                    model.end(index, false);
                }
                Step::Fail(index) => {
                    let index = index % permits.len();
                    permits.remove(index).fail(now);
                    model.end(index, true);
                }
                Step::Cancel(index) => {
                    let index = index % permits.len();
                    drop(permits.remove(index));
                    model.under_way.remove(index);
                }
            }
            let now = start + millis(model.now);
            let expected = match model.kind() {
                Kind::Closed => CircuitState::Closed,
                Kind::HalfOpen => CircuitState::HalfOpen,
                Kind::Open(until) => CircuitState::Open { retry_after: millis(until - model.now) },
            };
            prop_assert_eq!(breaker.state(now), expected);
        }
    }
}
