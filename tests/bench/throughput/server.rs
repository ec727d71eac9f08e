//! Starts this program again as a process that serves one service.

use std::net::SocketAddr;
use std::process::Stdio;

use support::process::{Process, this_program};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use super::rows::{self, Load, Service};

/// The first argument of the program that serves; the names of load and service follow.
pub(crate) const SERVE: &str = "--serve";

/// Starts the service, and returns its process and address.
pub(super) fn start(load: &Load, service: &Service) -> (Process, SocketAddr) {
    let mut command = this_program();
    command.args([SERVE, load.name, service.name]).stdout(Stdio::piped());
    let mut process = Process::start(&mut command);
    let address = process.line().parse().expect("it prints its address");
    (process, address)
}

/// Serves until the process is killed. One thread serves all connections, so that its processor is
/// what limits the throughput.
pub(crate) fn serve(load: &str, service: &str) {
    let loads = rows::all();
    let services =
        loads.iter().filter(|known| known.name == load).flat_map(|known| &known.services);
    let service = services.into_iter().find(|known| known.name == service);
    let router = (service.expect("the parent knows its services").router)();
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be built").block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        println!("{}", listener.local_addr().expect("it is bound"));
        axum::serve(listener, router).await.expect("it serves until it is killed");
    });
}
