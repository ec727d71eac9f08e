//! This program again, in another role.

use std::net::SocketAddr;
use std::process::Stdio;

use axum::Router;
use support::bind;
use support::process::{Process, this_program};

use crate::runtime::two_threads;

/// The first argument with which this program starts itself; the role follows.
pub(crate) const ROLE: &str = "--as";

/// Starts this program in another role.
pub(crate) fn start(role: &str, words: &[&str]) -> Process {
    Process::start(this_program().args([ROLE, role]).args(words).stdout(Stdio::piped()))
}

/// Starts this program in a role that [serves](serve), and returns it with its address.
pub(crate) fn start_service(role: &str, words: &[&str]) -> (Process, SocketAddr) {
    let mut service = start(role, words);
    let address = service.line().parse().unwrap();
    (service, address)
}

/// Prints the address of a free port, and serves there until the process is killed.
pub(crate) fn serve(routes: Router) {
    two_threads().block_on(async {
        let (listener, address) = bind().await;
        println!("{address}");
        axum::serve(listener, routes).await.unwrap();
    });
}
