//! Several processes that share a quota.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use support::{get, needs, send_to};

use super::Server;
use super::shared::{Process, QUOTA};

/// Sends requests and returns how often each status occurred.
async fn load(address: SocketAddr, requests: u32) -> BTreeMap<u16, u32> {
    let mut counts = BTreeMap::new();
    for _ in 0..requests {
        let answer = send_to(address, get("/")).await;
        *counts.entry(answer.status.as_u16()).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn processes_share_one_quota_to_the_request() {
    needs!(Redis);
    let server = Server::start();
    let processes = [(); 3].map(|()| Process::start(&server.url()));
    // One process gets most of the load.
    let clients = processes.iter().zip([8, 2, 1]).flat_map(|(process, clients)| {
        (0..clients).map(|_| tokio::spawn(load(process.address, 60)))
    });
    let mut counts = BTreeMap::<u16, u32>::new();
    for client in clients.collect::<Vec<_>>() {
        for (status, count) in client.await.unwrap() {
            *counts.entry(status).or_default() += count;
        }
    }
    let expected = [(200, QUOTA.limit()), (429, 11 * 60 - QUOTA.limit())];
    assert_eq!(counts, BTreeMap::from(expected));
}
