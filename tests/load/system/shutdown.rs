//! A server that is stopped amid requests: none of them is lost, and no job.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use http::Response;
use serde_json::json;
use tokio::time::sleep;

use super::ask::{Ask, json as parsed, text};
use super::check::check_any;
use super::exchange::Clients;
use super::findings::Promise;
use super::neighbours::SLOWLY;
use super::raw::{Raw, Received};
use super::server::{Program, Server};
use super::world::{HANDBOOK, User, word};
use crate::gates::{Figure, Gates, note};
use crate::http::Client;
use crate::settings::Settings;

/// The longest time that a request may take, as a setting.
pub(super) const DEADLINE: &str = "4s";

/// The longest time from the signal to the end of the process: the deadline, three seconds for
/// connections and one and a half for jobs.
const LONGEST: Duration = Duration::from_millis(8_500);

/// The time after which another server counts a job as interrupted whose server is gone.
const INTERRUPTED: Duration = Duration::from_secs(20);

const CONNECTIONS: usize = 64;

/// The outcome of a request at the time of the shutdown.
enum Outcome {
    Whole(Response<Bytes>),
    /// There is no byte of a response.
    Nothing,
    Cut(String),
    /// The connection was refused.
    Refused,
}

/// A request, when all of it was sent, and its outcome.
struct Record {
    sent: Instant,
    outcome: Outcome,
}

/// Stops the server amid requests on persistent and on new connections, then starts another one on the
/// same data, and looks for the jobs that the first one accepted.
pub(super) async fn shutdown(
    gates: &mut Gates,
    settings: Settings,
    (program, server): (&Program, &mut Server),
    environment: &[(&str, &str)],
    clients: &Clients<'_>,
) {
    let records = RefCell::new(Vec::new());
    let loads = join_all((0..CONNECTIONS).map(|nth| load(server.address, nth, clients, &records)));
    let pause = settings.seconds(5, 2);
    let stop = async {
        sleep(pause).await;
        let signalled = Instant::now();
        server.terminate();
        signalled
    };
    let (signalled, _) = tokio::join!(stop, loads);
    let records = records.into_inner();
    judge_requests(gates, clients, &records, signalled);

    // The clients have stopped once they were refused, so this takes no time of theirs.
    let took = ended(server, signalled).await;
    let (status, _) = server.wait();
    let code = status.code().map_or(-1.0, f64::from);
    gates.at_most("shutdown: exit code", Figure(code.abs(), ""), 0.0);
    let took = Figure(took.as_secs_f64(), "s");
    gates.at_most("shutdown: from the signal to the end", took, LONGEST.as_secs_f64());

    let jobs = records.iter().filter_map(job).collect();
    let mut next = program.start("after.log", environment);
    judge_jobs(gates, &next, clients, jobs).await;
    next.terminate();
    next.wait();
    clients.findings.judge_responses(gates, "shutdown");
}

/// Waits for the end of the process without blocking the clients' thread.
async fn ended(server: &mut Server, signalled: Instant) -> Duration {
    while server.is_running() && signalled.elapsed() < 2 * LONGEST {
        sleep(Duration::from_millis(10)).await;
    }
    signalled.elapsed()
}

/// Sends requests one after the other, on one connection or each on its own, until one is refused.
async fn load(
    address: SocketAddr,
    nth: usize,
    clients: &Clients<'_>,
    records: &RefCell<Vec<Record>>,
) {
    let mut connection = None;
    for number in nth.. {
        let text = request(clients, number).text();
        let mut raw = match connection.take() {
            Some(raw) => raw,
            None => match Raw::connect(address).await {
                Ok(raw) => raw,
                Err(_) => {
                    let record = Record { sent: Instant::now(), outcome: Outcome::Refused };
                    return records.borrow_mut().push(record);
                }
            },
        };
        let is_sent = raw.write(&text).await.is_ok();
        let sent = Instant::now();
        let outcome = match raw.read().await {
            Received::Whole(response) => Outcome::Whole(response),
            Received::Cut(text) => Outcome::Cut(text),
            Received::Nothing if is_sent => Outcome::Nothing,
            Received::Nothing => Outcome::Refused,
        };
        let is_kept = matches!(&outcome, Outcome::Whole(response) if nth % 2 == 0
            && text_of(response, "connection") != "close");
        records.borrow_mut().push(Record { sent, outcome });
        connection = is_kept.then_some(raw);
        sleep(Duration::from_millis(fastrand::u64(0..40))).await;
    }
}

fn text_of<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    text(response.headers(), name)
}

/// Returns a request: one that is answered at once, that waits for another service, that writes, or
/// that starts a job.
fn request(clients: &Clients<'_>, number: usize) -> Ask {
    let world = clients.world;
    match number % 8 {
        0 if number % 64 == 0 => {
            let job = json!({"kb_id": HANDBOOK, "kind": "reindex"});
            Ask::post("/api/v1/jobs").acme(world, User::Member).json(&job)
        }
        1 | 2 => {
            let path = format!("/api/v1/kbs/{HANDBOOK}/search?q={SLOWLY}");
            Ask::get(path).acme(world, User::Guest)
        }
        3 => Ask::post("/api/v1/kbs").acme(world, User::Owner).json(&json!({"name": world.name()})),
        4 => Ask::get("/nowhere"),
        5 => Ask::get("/openapi.json"),
        _ => Ask::get("/users/me").by(world, User::Guest),
    }
}

fn judge_requests(
    gates: &mut Gates,
    clients: &Clients<'_>,
    records: &[Record],
    signalled: Instant,
) {
    let (mut lost, mut turned_away, mut in_flight) = (0_u32, 0, 0);
    for Record { sent, outcome } in records {
        match outcome {
            Outcome::Whole(response) => {
                check_any(clients.findings, clients.world, "at the shutdown", response);
                let status = response.status().as_u16();
                let is_right = status < 500;
                clients
                    .findings
                    .check(Promise::NoServerError, is_right, || format!("{response:?}"));
                in_flight += u32::from(*sent <= signalled);
            }
            Outcome::Nothing if *sent <= signalled => lost += 1,
            Outcome::Nothing | Outcome::Refused => turned_away += 1,
            Outcome::Cut(text) => {
                clients.findings.add(Promise::Answered, || format!("cut after {text}"));
            }
        }
    }
    note(format_args!(
        "{} requests, {in_flight} sent before the signal and answered, {turned_away} turned away after it",
        records.len()
    ));
    gates.at_most("shutdown: sent before the signal, and lost", Figure(lost.into(), ""), 0.0);
}

/// Returns the id of the job that a response accepted.
fn job(record: &Record) -> Option<String> {
    match &record.outcome {
        Outcome::Whole(response) if response.status() == 202 => {
            Some(word(&parsed(response.body()), "id"))
        }
        _ => None,
    }
}

/// Checks that each job has finished, or has failed with a result that says that it was interrupted.
async fn judge_jobs(gates: &mut Gates, server: &Server, clients: &Clients<'_>, jobs: Vec<String>) {
    let (mut client, start) = (Client::http1(server.address), Instant::now());
    let (mut done, mut interrupted, mut lost) = (0_u32, 0_u32, 0_u32);
    for id in &jobs {
        loop {
            let path = format!("/api/v1/jobs/{id}/result");
            let ask = Ask::get(path).acme(clients.world, User::Member);
            let response = client.send(ask.request()).await;
            let (status, body) =
                response.map_or((0, json!(null)), |it| (it.status().as_u16(), parsed(it.body())));
            match status {
                200 => done += 1,
                500 if body["code"] == "job_interrupted" => interrupted += 1,
                409 if start.elapsed() < INTERRUPTED => {
                    sleep(Duration::from_millis(200)).await;
                    continue;
                }
                _ => lost += 1,
            }
            break;
        }
    }
    note(format_args!("{} jobs: {done} done, {interrupted} interrupted", jobs.len()));
    gates.at_most("shutdown: accepted jobs without a result", Figure(lost.into(), ""), 0.0);
}
