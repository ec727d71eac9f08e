//! Requests per second over real sockets, and the processor's time that a request takes, each as a
//! ratio to bare axum.
//!
//! Every service is a process of its own, and the client is this process. Short rounds are taken in
//! turns, in a new order each time, and a ratio is that of two figures of the same turn, so other work
//! on the machine affects both.

mod client;
mod rows;
mod server;

use std::fmt::Write;
use std::time::Duration;

use support::process::Process;

use self::client::Client;
use self::rows::Load;
pub(crate) use self::rows::{DERIVED, SUCCESS};
pub(crate) use self::server::{SERVE, serve};
use crate::measure::processor_time;

const TURNS: usize = 61;
const ROUND: Duration = Duration::from_millis(100);

/// The services of one load, with their ratios to the first.
pub(crate) struct Measured {
    pub(crate) load: &'static str,
    pub(crate) lines: Vec<Line>,
}

pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// Requests per second, over the baseline.
    pub(crate) rate: Quartiles,
    /// The processor's time of the server for each request, over the baseline.
    pub(crate) cost: Quartiles,
    microseconds: f64,
    /// The part of its time that the client was on a processor.
    client: f64,
}

/// The middle of some ratios, and the ends of their middle half.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quartiles {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

/// Measures all loads.
pub(crate) fn all() -> Vec<Measured> {
    rows::all().iter().map(measure).collect()
}

/// Starts each service, and checks its response.
pub(crate) fn check() {
    for load in rows::all() {
        for service in &load.services {
            Served::start(&load, service);
        }
        println!("{} under load: {} services answer", load.name, load.services.len());
    }
}

struct Served {
    name: &'static str,
    process: Process,
    client: Client,
    rounds: Vec<Round>,
}

#[derive(Debug, Clone, Copy)]
struct Round {
    /// The requests per second.
    rate: f64,
    /// The processor's time of the server for each request, in seconds.
    cost: f64,
    client: f64,
}

impl Served {
    fn start(load: &Load, service: &rows::Service) -> Self {
        let (process, address) = server::start(load, service);
        let client = Client::connect(address, load);
        Self { name: service.name, process, client, rounds: Vec::new() }
    }

    fn round(&mut self) -> Round {
        let (server, client) = (self.process.processor_time(), processor_time());
        let (count, elapsed) = self.client.send_for(ROUND);
        let server = self.process.processor_time().saturating_sub(server);
        let client = processor_time().saturating_sub(client);
        Round {
            rate: f64::from(count) / elapsed.as_secs_f64(),
            cost: server.as_secs_f64() / f64::from(count),
            client: client.as_secs_f64() / elapsed.as_secs_f64(),
        }
    }
}

fn measure(load: &Load) -> Measured {
    eprintln!("{} under load …", load.name);
    let mut all: Vec<_> = load.services.iter().map(|one| Served::start(load, one)).collect();
    // The first round only warms up caches, and is not counted.
    for served in &mut all {
        served.round();
    }
    let mut order: Vec<usize> = (0..all.len()).collect();
    for _ in 0..TURNS {
        fastrand::shuffle(&mut order);
        for &next in &order {
            let round = all[next].round();
            all[next].rounds.push(round);
        }
    }
    let lines = all.iter().map(|served| Line::of(served, &all[0])).collect();
    Measured { load: load.name, lines }
}

impl Line {
    fn of(served: &Served, baseline: &Served) -> Self {
        let ratios = |figure: fn(&Round) -> f64| {
            let pairs = served.rounds.iter().zip(&baseline.rounds);
            Quartiles::of(pairs.map(|(ours, theirs)| figure(ours) / figure(theirs)))
        };
        let median =
            |figure: fn(&Round) -> f64| Quartiles::of(served.rounds.iter().map(figure)).median;
        Self {
            name: served.name,
            rate: ratios(|round| round.rate),
            cost: ratios(|round| round.cost),
            microseconds: 1e6 * median(|round| round.cost),
            client: median(|round| round.client),
        }
    }
}

impl Quartiles {
    fn of(figures: impl Iterator<Item = f64>) -> Self {
        let mut figures: Vec<_> = figures.collect();
        figures.sort_by(f64::total_cmp);
        let at = |quarter: usize| figures[(figures.len() - 1) * quarter / 4];
        Self { lower: at(1), median: at(2), upper: at(3) }
    }
}

pub(crate) fn table(measured: &[Measured]) -> String {
    let mut table = String::from(
        "| request | implementation | requests per second | middle half | processor per request | middle half | … in µs | client |\n\
         |---|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for Measured { load, lines } in measured {
        for line in lines {
            let _ = writeln!(table, "| {load} | {} | {}", line.name, cells(line));
        }
    }
    table
}

fn cells(Line { rate, cost, microseconds, client, .. }: &Line) -> String {
    format!(
        "**{:.2}** | {:.2} to {:.2} | **{:.2}** | {:.2} to {:.2} | {microseconds:.1} | {:.0} % |",
        rate.median,
        rate.lower,
        rate.upper,
        cost.median,
        cost.lower,
        cost.upper,
        100.0 * client,
    )
}
