//! Tests of refresh tokens that several replicas exchange and revoke.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::{Value, json};
use support::Answer;
use support::needs;
use support::postgres::Server;

use super::replica::{post, send};
use super::start;

async fn refresh(address: SocketAddr, token: Value) -> Answer {
    send(address, post("/auth/refresh", &json!({"refresh_token": token}), "")).await
}

/// Sends the token to all replicas 100 times at once, and returns the tokens that the one winner
/// receives.
async fn race(addresses: [SocketAddr; 3], token: &Value) -> Value {
    let clients = (0..100).map(|at| tokio::spawn(refresh(addresses[at % 3], token.clone())));
    let (mut counts, mut won) = (BTreeMap::new(), Value::Null);
    for client in clients.collect::<Vec<_>>() {
        let answer = client.await.unwrap();
        let body = answer.json();
        let code = body["code"].as_str().unwrap_or("won").to_owned();
        *counts.entry((answer.status.as_u16(), code.clone())).or_insert(0) += 1;
        if code == "won" {
            won = body;
        }
    }
    let expected = [((200, "won".to_owned()), 1), ((401, "invalid_token".to_owned()), 99)];
    assert_eq!(counts, BTreeMap::from(expected));
    won
}

/// The others reuse a token, and so revoke all that came from the same login.
#[tokio::test(flavor = "multi_thread")]
async fn refresh_token_is_exchanged_once_over_all_replicas() {
    needs!(PostgreSql);
    let postgres = Server::start();
    let replicas = start(&postgres.url(), &[]);
    let addresses = [0, 1, 2].map(|at| replicas[at].address);
    for round in 0..5 {
        let first = &replicas[round % 3];
        let (login, other) = (first.login().await, first.login().await);
        let won = race(addresses, &login["refresh_token"]).await;
        for address in addresses {
            let answer = refresh(address, won["refresh_token"].clone()).await;
            assert_eq!((answer.status.as_u16(), &*answer.code()), (401, "invalid_token"));
        }
        let mut token = other["refresh_token"].clone();
        for address in addresses {
            let next = refresh(address, token).await;
            assert_eq!(next.status, 200, "another login goes on at each replica");
            token = next.json()["refresh_token"].clone();
        }
    }
}

/// A thief's token and the owner's are used at the same moment. Whichever is first, no token of the
/// login is left that works.
#[tokio::test(flavor = "multi_thread")]
async fn no_token_survives_a_revocation_that_runs_beside_a_rotation() {
    needs!(PostgreSql);
    let postgres = Server::start();
    let replicas = start(&postgres.url(), &[]);
    let addresses = [0, 1, 2].map(|at| replicas[at].address);
    for _ in 0..20 {
        let used = replicas[0].login().await["refresh_token"].clone();
        let fresh = refresh(addresses[0], used.clone()).await.json()["refresh_token"].clone();
        let (reused, rotated) =
            tokio::join!(refresh(addresses[1], used), refresh(addresses[2], fresh));
        assert_eq!(reused.status, 401);
        if rotated.status == 200 {
            let last = rotated.json()["refresh_token"].clone();
            assert_eq!(refresh(addresses[0], last).await.code(), "invalid_token");
        }
    }
}
