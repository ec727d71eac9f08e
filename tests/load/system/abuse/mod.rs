//! Clients that abuse the protocols, and what others notice of them.

mod frames;
mod http1;
mod http2;

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use support::latencies::{Latencies, milliseconds};
use tokio::time::sleep;

use super::cases::{Case, Exchange};
use super::exchange::Clients;
use super::server::Server;
use crate::gates::{Figure, Gates, note};
use crate::http::{Client, Pace};
use crate::settings::Settings;

/// The number of rounds, of which the best counts, because other work only ever adds to the time.
const ROUNDS: usize = 3;

/// The number of requests per second of clients that behave.
const RATE: u32 = 100;
const CONNECTIONS: usize = 32;

/// The longest time until the server has closed what its abusers left behind.
const SETTLED: Duration = Duration::from_secs(15);

/// The number of files that the pools of the database and of other services may have opened meanwhile.
const POOLED: f64 = 8.0;

/// What the abusers need, and what they count.
struct Abuse<'a> {
    clients: &'a Clients<'a>,
    server: &'a Server,
    /// When they stop.
    until: Instant,
    tally: Tally,
}

/// The number of responses and connections of a round, for the notes.
#[derive(Debug, Default)]
struct Tally {
    refused: Cell<u32>,
    answered: Cell<u32>,
    closed: Cell<u32>,
}

/// Measures the clients that behave while others do not, and what is left of those afterwards.
pub(super) async fn abuse(
    gates: &mut Gates,
    settings: Settings,
    server: &Server,
    clients: &Clients<'_>,
    cases: &[Case],
) {
    let quick: Vec<&Case> = cases.iter().filter(|case| is_quick(case)).collect();
    let mut best: Option<Latencies> = None;
    for _ in 0..settings.pick(ROUNDS, 1) {
        let base = settled(server, usize::MAX).await;
        let latencies = round(settings, server, clients, &quick).await;
        note(format_args!("others meanwhile: {latencies}"));
        let left = settled(server, base).await.saturating_sub(base);
        let left = Figure(f64::from(u32::try_from(left).unwrap()), "");
        gates.at_most("abuse: files left open", left, POOLED);
        if best.as_ref().is_none_or(|best| latencies.p99() < best.p99()) {
            best = Some(latencies);
        }
    }
    let p99 = milliseconds(best.unwrap_or_default().p99());
    gates.fast("abuse: p99 of clients that behave", Figure(p99, "ms"), 100.0);
    clients.findings.judge_responses(gates, "abuse");
}

/// Returns whether a case is a request for something that the server has at hand.
fn is_quick(case: &Case) -> bool {
    let slow = ["events", "search", "oauth", "/ws"];
    let is_slow = slow.iter().any(|word| case.operation.contains(word));
    let is_read = case.operation.starts_with("GET") && !is_slow;
    is_read && case.expected.is_good() && matches!(case.exchange, Exchange::Request(_))
}

async fn round(
    settings: Settings,
    server: &Server,
    clients: &Clients<'_>,
    cases: &[&Case],
) -> Latencies {
    let (start, duration) = (Instant::now(), settings.seconds(13, 6));
    let abuse = Abuse { clients, server, until: start + duration, tally: Tally::default() };
    let latencies = RefCell::new(Vec::new());
    let exchange = async |client: &mut Client, number: u64, due: Duration| {
        let case = cases[usize::try_from(number).unwrap() % cases.len()];
        if clients.exchange(client, case).await {
            latencies.borrow_mut().push(start.elapsed().saturating_sub(due));
        }
    };
    let behaving = (0..CONNECTIONS).map(|_| Client::http1(server.address)).collect();
    tokio::join!(
        Pace { rate: RATE, duration }.run(start, behaving, &exchange),
        Box::pin(http1::all(&abuse)),
        Box::pin(http2::all(&abuse)),
    );
    let Tally { refused, answered, closed } = &abuse.tally;
    note(format_args!(
        "abusers: {} answered, {} refused by the protocol, {} closed without a word",
        answered.get(),
        refused.get(),
        closed.get()
    ));
    latencies.into_inner().into_iter().collect()
}

/// Waits until the server has at most `base` open files, or for too long, and returns how many it has.
/// Without a base it waits until their number no longer changes.
async fn settled(server: &Server, base: usize) -> usize {
    let (start, mut last, mut same) = (Instant::now(), 0, 0);
    loop {
        let files = server.usage().files;
        same = if files == last { same + 1 } else { 0 };
        last = files;
        let is_settled = if base == usize::MAX { same >= 10 } else { files <= base };
        if is_settled || start.elapsed() > SETTLED {
            return files;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

impl Abuse<'_> {
    /// Repeats an attack until the end of the round, with a pause in between.
    async fn repeat(&self, pause: Duration, attack: impl AsyncFn()) {
        while Instant::now() < self.until {
            attack().await;
            sleep(pause).await;
        }
    }

    fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}
