//! Tests of the cost of a flood of wrong logins.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use support::needs;

use crate::{PASSWORD, Server};

const LOGINS: usize = 1000;

/// Each check takes 19 MiB, which later checks reuse.
#[tokio::test]
async fn memory_of_wrong_logins_is_reused() {
    needs!(ProcFs);
    let settings = [("DEADLINE", "60s"), ("RATE_LIMIT", "10000/60s")];
    let server = Arc::new(Server::with(&settings));
    let next = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let (server, next) = (server.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let count = next.fetch_add(1, Ordering::Relaxed);
                    if count >= LOGINS {
                        break;
                    }
                    let email = format!("nobody{count}@acme.test");
                    let body = json!({"email": email, "password": PASSWORD});
                    let answer = server.send("POST", "/auth/login", &body).await;
                    answer.problem(401, "invalid_credentials");
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    let resident = server.resident_mib();
    assert!(resident < 150, "{resident} MiB");
}
