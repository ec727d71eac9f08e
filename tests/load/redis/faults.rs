//! Failures of Redis at the worst moment.

use std::time::Duration;

use support::latencies::milliseconds;

use super::Server;
use super::service::{CLOSED, LOCAL, PATIENT};
use super::storm::{Answers, Storm};
use crate::gates::{Figure, Gates, note};
use crate::http::Answer;
use crate::settings::Settings;

/// Returns how long Redis is unavailable.
fn failure(settings: Settings) -> Duration {
    settings.pick(Duration::from_secs(2), Duration::from_millis(500))
}

/// Returns the worst moment: the greedy client has just used up its quota for the `times`th time.
/// That takes it a fifth of a window, and the next time begins a little more than a window later.
fn used_up(settings: Settings, times: u32) -> Duration {
    let window = settings.window();
    (window * 61 / 60) * (times - 1) + window / 5 + window / 20
}

/// When Redis failed, when it was used again, and how long that was after it came back.
struct Outage {
    from: Duration,
    until: Duration,
    recovery: Duration,
}

impl Outage {
    fn of(storm: &mut Storm, from: Duration, settings: Settings, [fail, back]: Faults) -> Self {
        storm.wait_until(from);
        fail(&mut storm.redis);
        storm.wait_until(from + failure(settings));
        back(&mut storm.redis);
        let recovery = storm.until(true);
        Self { from, until: storm.now(), recovery }
    }
}

/// A function that makes Redis fail, and one that ends the failure.
type Faults = [fn(&mut Server); 2];

const KILLED: Faults = [Server::kill, Server::restart];

/// Runs a load while Redis is killed for two seconds, and comes back empty.
pub(crate) fn killed(gates: &mut Gates, settings: Settings) {
    done_without(gates, settings, "13: killed", KILLED, 30.0);
}

/// Runs a load while Redis hangs: connections stay open, but no command gets a reply.
pub(crate) fn hangs(gates: &mut Gates, settings: Settings) {
    let hangs: Faults = [|redis| redis.pause(), |redis| redis.resume()];
    done_without(gates, settings, "14: hangs", hangs, 25.0);
}

/// Checks the gates of both failures, during which each service decides alone.
fn done_without(gates: &mut Gates, settings: Settings, what: &str, faults: Faults, added: f64) {
    let mut storm = Storm::begin(settings, LOCAL, settings.seconds(60, 6));
    let outage = Outage::of(&mut storm, used_up(settings, 2), settings, faults);
    let health = storm.health();
    note(format_args!("{} decisions without Redis, {} failures", health.replaced, health.failures));
    let answers = storm.end();
    answers.tell();
    gates.at_least(format_args!("{what}: decisions without Redis"), replaced(health.replaced), 1.0);
    let recovery = Figure(outage.recovery.as_secs_f64(), "s");
    gates.fast(format_args!("{what}: asked again after it is back"), recovery, 1.5);
    let failed = Figure(answers.count(Answer::is_failure), "");
    gates.at_most(format_args!("{what}: requests without an answer, or with a 5xx"), failed, 0.0);
    let most = Figure(answers.most(), "quotas");
    gates.at_most(format_args!("{what}: the most in any window"), most, 2.0);
    late(gates, what, &answers, &outage, added);
}

fn replaced(count: u64) -> Figure {
    Figure(f64::from(u32::try_from(count).unwrap()), "")
}

fn late(gates: &mut Gates, what: &str, answers: &Answers, outage: &Outage, gate: f64) {
    let Outage { from, until, .. } = *outage;
    let warm = Duration::from_secs(1);
    let (before, meanwhile) = (answers.latencies(warm, from), answers.latencies(from, until));
    note(format_args!("before: {before}"));
    note(format_args!("meanwhile: {meanwhile}"));
    let added = milliseconds(meanwhile.p99()) - milliseconds(before.p99());
    gates.fast(format_args!("{what}: added to p99 meanwhile"), Figure(added, "ms"), gate);
}

/// Checks that requests are rejected with a wait while Redis is gone, since nothing may be guessed.
pub(crate) fn closed(gates: &mut Gates, settings: Settings) {
    let mut storm = Storm::begin(settings, CLOSED, settings.seconds(20, 4));
    let outage = Outage::of(&mut storm, used_up(settings, 1), settings, KILLED);
    let answers = storm.end();
    answers.tell();
    let recovery = Figure(outage.recovery.as_secs_f64(), "s");
    gates.fast("20: closed: asked again after it is back", recovery, 1.5);
    let refused = answers.count(|it| it.status == 503 && it.is_patient);
    let least = settings.pick(100.0, 1.0);
    gates.at_least("20: closed: 503s that say when to come back", Figure(refused, ""), least);
    let wrong = answers.count(|it| it.is_failure() && !(it.status == 503 && it.is_patient));
    gates.at_most("20: closed: any other failure", Figure(wrong, ""), 0.0);
    let after = 100.0 * answers.count(|it| it.due > outage.until && it.is_failure())
        / answers.count(|it| it.due > outage.until);
    gates.fast("20: closed: 503s afterwards, where a call was late", Figure(after, "%"), 0.5);
}

/// Checks gates 15 and 16: Redis forgets its scripts all the time, and then all of its data once.
pub(crate) fn forgets(gates: &mut Gates, settings: Settings) {
    let storm = Storm::begin(settings, PATIENT, settings.seconds(30, 5));
    let every = Duration::from_millis(100);
    for time in (1..).take_while(|time| every * *time < used_up(settings, 2)) {
        storm.wait_until(every * time);
        let _: String = storm.redis.ask(&["SCRIPT", "FLUSH"]);
    }
    let _: String = storm.redis.ask(&["FLUSHALL"]);
    let health = storm.health();
    let answers = storm.end();
    answers.tell();
    gates.at_most("15: scripts forgotten: failures of calls", replaced(health.failures), 0.0);
    let failed = Figure(answers.count(Answer::is_failure), "");
    gates.at_most("15: scripts forgotten: requests that failed", failed, 0.0);
    let most = Figure(answers.most(), "quotas");
    gates.at_most("16: all forgotten once: the most in any window", most, 2.0);
}
