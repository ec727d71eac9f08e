//! Good and bad requests of every endpoint, and what the process needs meanwhile.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use support::latencies::Latencies;
use tokio::time::sleep;

use super::cases::{Case, uncovered};
use super::exchange::Clients;
use super::server::{Server, Usage};
use crate::gates::{Figure, Gates, note};
use crate::http::{Client, Pace};
use crate::settings::{Settings, Size};

/// The number of requests per second over HTTP/1.1, and that over HTTP/2. The jobs among them are
/// fewer than the server can run.
const RATE: u32 = 160;
const RATE_HTTP2: u32 = 40;

/// The connections of HTTP/1.1, and the requests at a time on each of two connections of HTTP/2.
const CONNECTIONS: usize = 256;
const STREAMS: usize = 32;

/// The time between two looks at the process.
const SAMPLE: Duration = Duration::from_millis(250);

/// Sends all cases in turn, again and again, and checks that the process does not grow.
pub(super) async fn mix(
    gates: &mut Gates,
    settings: Settings,
    server: &Server,
    clients: &Clients<'_>,
    cases: &[Case],
) {
    let missing = uncovered(&clients.world.document, cases);
    if !missing.is_empty() {
        note(format_args!("not covered, or unknown: {}", missing.join(", ")));
    }
    let missing = Figure(f64::from(u32::try_from(missing.len()).unwrap()), "");
    gates.at_most("endpoints without a good or a bad request", missing, 0.0);

    let mut http1: Vec<_> = (0..CONNECTIONS).map(|_| Client::http1(server.address)).collect();
    if settings.size == Size::Full {
        grow_buffers(clients, &mut http1, cases).await;
    }
    let duration = settings.seconds(120, 4);
    let latencies = RefCell::new(Vec::new());
    let start = Instant::now();
    let exchange = async |client: &mut Client, number: u64, due: Duration| {
        let case = &cases[usize::try_from(number).unwrap() % cases.len()];
        if clients.exchange(client, case).await {
            latencies.borrow_mut().push(start.elapsed().saturating_sub(due));
        }
    };
    let mut http2 = Vec::new();
    for _ in 0..2 {
        http2.extend(Client::http2(server.address, STREAMS).await.expect("it speaks HTTP/2"));
    }
    let (samples, ..) = tokio::join!(
        samples(server, duration),
        Pace { rate: RATE, duration }.run(start, http1, &exchange),
        Pace { rate: RATE_HTTP2, duration }.run(start, http2, &exchange),
    );
    let latencies: Latencies = latencies.into_inner().into_iter().collect();
    note(format_args!("{} requests of {} kinds: {latencies}", latencies.count(), cases.len()));
    clients.findings.judge_responses(gates, "mix");
    flat(gates, &samples);
}

/// Sends large bodies on every connection. hyper keeps the buffer of a connection, which grows with its
/// largest body to some hundred KiB: if the connections got theirs one after the other, the memory
/// would grow for as long as that takes.
async fn grow_buffers(clients: &Clients<'_>, http1: &mut [Client], cases: &[Case]) {
    let large: Vec<_> = cases.iter().filter(|case| case.what.starts_with("larger than")).collect();
    for client in http1 {
        for case in &large {
            clients.exchange(client, case).await;
        }
    }
}

async fn samples(server: &Server, duration: Duration) -> Vec<Usage> {
    let (start, mut samples) = (Instant::now(), Vec::new());
    while start.elapsed() < duration {
        samples.push(server.usage());
        sleep(SAMPLE).await;
    }
    samples
}

/// Checks that the process needs no more in the last quarter of the time than in the second one.
fn flat(gates: &mut Gates, samples: &[Usage]) {
    let quarter = samples.len() / 4;
    let (second, last) = (&samples[quarter..2 * quarter], &samples[3 * quarter..]);
    let memory = |usage: &Usage| usage.resident;
    let [before, after] = [median(second, memory), median(last, memory)];
    let eighths = samples.chunks(samples.len().div_ceil(8).max(1));
    let eighths: Vec<_> = eighths.map(|all| format!("{:.0}", mib(median(all, memory)))).collect();
    note(format_args!("memory of each eighth: {} MiB", eighths.join(", ")));
    let grown = 100.0 * (mib(after) / mib(before) - 1.0);
    gates.fast(
        "mix: memory of the last quarter beyond that of the second",
        Figure(grown, "%"),
        8.0,
    );
    let files = |usage: &Usage| usage.files as u64;
    let grown = Figure(difference(median(last, files), median(second, files)), "");
    gates.fast("mix: open files beyond those of the second quarter", grown, 4.0);
    let threads = |usage: &Usage| usage.threads as u64;
    let most = |samples: &[Usage]| samples.iter().map(threads).max().unwrap_or(0);
    note(format_args!("threads: at most {}, then {}", most(second), most(last)));
    let grown = Figure(difference(most(last), most(second)), "");
    gates.fast("mix: threads beyond those of the second quarter", grown, 2.0);
}

fn median(samples: &[Usage], figure: impl Fn(&Usage) -> u64) -> u64 {
    let mut figures: Vec<u64> = samples.iter().map(figure).collect();
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "bytes of one process")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of one process")]
fn difference(last: u64, second: u64) -> f64 {
    last as f64 - second as f64
}
