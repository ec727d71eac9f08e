//! A server whose clients exceed their quota.

use std::time::Duration;

use tokio::time::sleep;

use super::ask::{Ask, json, text};
use super::check::check_any;
use super::exchange::Clients;
use super::findings::Promise;
use super::server::Server;
use crate::gates::{Figure, Gates};
use crate::http::Client;

/// The quota, and the setting that says so.
const QUOTA: u32 = 20;
pub(super) const SETTING: &str = "20/5s";

/// Checks that exactly the quota is admitted, that all else is a 429 which says when to come back, and
/// that a client that comes back then is admitted.
pub(super) async fn limits(gates: &mut Gates, server: &Server, clients: &Clients<'_>) {
    let mut client = Client::http1(server.address);
    let (mut admitted, mut wait) = (0_u32, 0);
    for number in 0..3 * QUOTA {
        // Unknown routes count as well.
        let path = ["/problems", "/nowhere", "/users/me"][number as usize % 3];
        let (status, seconds) = asked(&mut client, clients, path).await;
        admitted += u32::from(status != 429);
        wait = wait.max(seconds);
    }
    gates.at_most("limits: admitted of 60", Figure(admitted.into(), ""), QUOTA.into());
    gates.at_least("limits: admitted of 60", Figure(admitted.into(), ""), QUOTA.into());
    let (health, _) = asked(&mut client, clients, "/health").await;
    clients.findings.check(Promise::Expected, health == 200, || format!("/health: {health}"));
    sleep(Duration::from_secs(wait)).await;
    let (later, _) = asked(&mut client, clients, "/problems").await;
    clients.findings.check(Promise::Expected, later == 200, || format!("afterwards: {later}"));
    clients.findings.judge_responses(gates, "limits");
}

/// Sends a request, checks the response, and returns its status and its `Retry-After`.
async fn asked(client: &mut Client, clients: &Clients<'_>, path: &str) -> (u16, u64) {
    let response = match client.send(Ask::get(path).request()).await {
        Ok(response) => response,
        Err(failure) => {
            clients.findings.add(Promise::Answered, || failure.to_string());
            return (0, 0);
        }
    };
    check_any(clients.findings, clients.world, path, &response);
    let status = response.status().as_u16();
    let wait = text(response.headers(), "retry-after").parse().unwrap_or(0);
    if status == 429 {
        let body = json(response.body());
        let is_limited = body["code"] == "rate_limited" && wait > 0 && body["retry_after"] == wait;
        clients.findings.check(Promise::Expected, is_limited, || format!("{path}: {body}"));
    }
    (status, wait)
}
