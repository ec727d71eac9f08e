//! A load on the service with quotas in Redis, while its Redis fails.

use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http::{Request, request};
use support::latencies::Latencies;
use support::process::Process;
use support::until;

use super::service::{CLIENT, SERVE};
use super::{Server, admissions};
use crate::gates::note;
use crate::http::{Answer, Load, get};
use crate::program;
use crate::settings::Settings;

/// A service under load, and its Redis.
pub(crate) struct Storm {
    pub(crate) redis: Server,
    service: Process,
    address: SocketAddr,
    start: Instant,
    load: JoinHandle<Vec<Answer>>,
    pub(crate) quota: (u32, Duration),
}

/// The health of the store as the service reports it.
#[derive(Debug)]
pub(crate) struct Health {
    pub(crate) is_available: bool,
    pub(crate) failures: u64,
    pub(crate) replaced: u64,
}

/// The number of connections, large enough that one slow response delays no other request.
const CONNECTIONS: u32 = 256;

impl Storm {
    pub(crate) fn begin(settings: Settings, plan: &str, duration: Duration) -> Self {
        let redis = Server::start();
        let window = settings.window();
        // The limit is a fifth of what the greedy client sends, and more than any other client
        // sends.
        let limit = settings.rate() / 50 * u32::try_from(window.as_secs()).unwrap();
        let [limit_word, window_word] = [limit.to_string(), window.as_secs().to_string()];
        let words = [&*redis.url(), plan, &limit_word, &window_word];
        let (service, address) = program::start_service(SERVE, &words);
        let (rate, start) = (settings.rate(), Instant::now());
        let load = Load { address, rate, duration, connections: CONNECTIONS, request: ask };
        let load = std::thread::spawn(move || load.run(start));
        Self { redis, service, address, start, load, quota: (limit, window) }
    }

    /// Returns the time since the load began.
    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn wait_until(&self, moment: Duration) {
        std::thread::sleep(moment.saturating_sub(self.now()));
    }

    pub(crate) fn health(&self) -> Health {
        let reported = get(self.address, "/health");
        let words: Vec<&str> = reported.split(' ').collect();
        let [is_available, failures, replaced] = words[..] else { panic!("{reported}") };
        let number = |text: &str| text.parse().unwrap();
        let is_available = is_available == "true";
        Health { is_available, failures: number(failures), replaced: number(replaced) }
    }

    /// Waits until Redis is used, or no longer used, and returns how long that took.
    pub(crate) fn until(&self, is_available: bool) -> Duration {
        until(Duration::from_secs(20), || self.health().is_available == is_available)
    }

    /// Returns the outcomes of all requests; the service has never been restarted.
    pub(crate) fn end(self) -> Answers {
        let Self { load, quota, service, .. } = self;
        let all = load.join().unwrap();
        drop(service);
        Answers { all, quota }
    }
}

/// Returns whether a request is the greedy client's, as one in ten is; the others are of many
/// clients.
const fn is_greedy(number: u64) -> bool {
    number % 10 == 0
}

fn ask(number: u64) -> request::Builder {
    let client = if is_greedy(number) { 0 } else { 1 + number % 199 };
    Request::get("/").header(CLIENT, client)
}

pub(crate) struct Answers {
    pub(crate) all: Vec<Answer>,
    quota: (u32, Duration),
}

impl Answers {
    /// Returns the latencies of requests that were due between two moments.
    pub(crate) fn latencies(&self, from: Duration, to: Duration) -> Latencies {
        let due = |answer: &&Answer| (from..to).contains(&answer.due);
        self.all.iter().filter(due).map(Answer::latency).collect()
    }

    pub(crate) fn count(&self, is: impl Fn(&Answer) -> bool) -> f64 {
        f64::from(u32::try_from(self.all.iter().filter(|answer| is(answer)).count()).unwrap())
    }

    /// Returns the most requests of the greedy client in any window, in quotas. Each was decided
    /// after it was due and before its response.
    pub(crate) fn most(&self) -> f64 {
        let (limit, window) = self.quota;
        let greedy = |answer: &&Answer| is_greedy(answer.number) && answer.status == 200;
        let mut admitted: Vec<_> =
            self.all.iter().filter(greedy).map(|it| [it.due, it.done]).collect();
        admitted.sort_unstable();
        f64::from(admissions::most_within(&admitted, window)) / f64::from(limit)
    }

    pub(crate) fn tell(&self) {
        let (ok, refused) = (self.count(|it| it.status == 200), self.count(|it| it.status == 429));
        let (failed, last) =
            (self.count(Answer::is_failure), self.all.iter().map(|it| it.done).max());
        let rate = self.count(|_| true) / last.unwrap_or_default().as_secs_f64();
        note(format_args!("{rate:.0} requests/s; {ok} let in, {refused} refused, {failed} failed"));
    }
}
