//! The reference server as a whole: a process in production mode, with good and bad requests of every
//! endpoint, clients that abuse the protocols, a signal to stop amid requests, and a quota that clients
//! exceed.

mod abuse;
mod ask;
mod cases;
mod check;
mod exchange;
mod findings;
mod limits;
mod mix;
mod neighbours;
mod provoked;
mod raw;
mod server;
mod shutdown;
mod world;

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;

use self::exchange::Clients;
use self::findings::Findings;
use self::neighbours::Neighbours;
use self::provoked::Provoked;
use self::server::{Program, Server};
use self::world::World;
use crate::gates::{Figure, Gates, note};
use crate::http::Client;
use crate::settings::Settings;

/// A text in everything that clients keep secret, such as passwords and tokens, and in everything that
/// the server has no reason to repeat.
const CANARY: &str = "c4n4ry";

/// A quota that no client exceeds.
const UNLIMITED: (&str, &str) = ("RATE_LIMIT", "1000000/60s");

/// Proves what the reference server promises.
pub(crate) fn system(gates: &mut Gates, settings: Settings) {
    let program = Program::new(settings);
    let neighbours = Neighbours::start();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let world = whole(gates, settings, &program, &neighbours, &runtime);
    stopped(gates, settings, (&program, &neighbours), &world, &runtime);
    limited(gates, &program, &world, &runtime);
}

/// Runs the mix and the abuse on one process, and checks its log.
fn whole(
    gates: &mut Gates,
    settings: Settings,
    program: &Program,
    neighbours: &Neighbours,
    runtime: &Runtime,
) -> World {
    let deadline = ("DEADLINE", settings.pick("10s", "5s"));
    let environment = [&neighbours.settings()[..], &[UNLIMITED, deadline]].concat();
    let mut server = program.start("whole.log", &environment);
    let provoked = Provoked::default();
    let world = runtime.block_on(async {
        let world = World::create(&mut Client::http1(server.address)).await;
        let cases = cases::all(&world);
        let (of_mix, of_abuse) = (Findings::default(), Findings::default());
        let clients = Clients { world: &world, findings: &of_mix, provoked: &provoked };
        mix::mix(gates, settings, &server, &clients, &cases).await;
        let clients = Clients { findings: &of_abuse, ..clients };
        abuse::abuse(gates, settings, &server, &clients, &cases).await;
        // The last job that fails on purpose takes half a second.
        sleep(Duration::from_secs(2)).await;
        world
    });
    stop(&mut server);
    let of_log = Findings::default();
    let log = server.log();
    provoked.check_log(&of_log, &world, &log);
    note(format_args!(
        "{} lines of the log, {} errors provoked",
        log.lines().count(),
        provoked.count()
    ));
    gates.at_least(
        "log: errors provoked",
        Figure(f64::from(u32::from(provoked.count() > 0)), ""),
        1.0,
    );
    of_log.judge_log(gates, "log");
    world
}

fn stopped(
    gates: &mut Gates,
    settings: Settings,
    (program, neighbours): (&Program, &Neighbours),
    world: &World,
    runtime: &Runtime,
) {
    let deadline = ("DEADLINE", shutdown::DEADLINE);
    let environment = [&neighbours.settings()[..], &[UNLIMITED, deadline]].concat();
    let mut server = program.start("stopped.log", &environment);
    let (findings, provoked) = (Findings::default(), Provoked::default());
    let clients = Clients { world, findings: &findings, provoked: &provoked };
    let both = (program, &mut server);
    runtime.block_on(shutdown::shutdown(gates, settings, both, &environment, &clients));
    let of_log = Findings::default();
    provoked.check_log(&of_log, world, &server.log());
    of_log.judge_log(gates, "log of the shutdown");
}

fn limited(gates: &mut Gates, program: &Program, world: &World, runtime: &Runtime) {
    let mut server = program.start("limited.log", &[("RATE_LIMIT", limits::SETTING)]);
    let (findings, provoked) = (Findings::default(), Provoked::default());
    let clients = Clients { world, findings: &findings, provoked: &provoked };
    runtime.block_on(limits::limits(gates, &server, &clients));
    stop(&mut server);
    let of_log = Findings::default();
    provoked.check_log(&of_log, world, &server.log());
    of_log.judge_log(gates, "log of limits");
}

fn stop(server: &mut Server) {
    server.terminate();
    server.wait();
}
