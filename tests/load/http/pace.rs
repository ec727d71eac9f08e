//! Requests at a constant rate.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::time::sleep_until;

use super::Client;

/// Requests that are due at a constant rate, whether or not earlier ones were answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// The number of requests per second.
    pub(crate) rate: u32,
    pub(crate) duration: Duration,
}

impl Pace {
    /// Calls `exchange` for each request, with its number and when it is due, counted from `start`.
    ///
    /// The clients take turns. Each sends its requests one after the other, so there must be enough of
    /// them that a slow response delays no other request.
    pub(crate) async fn run(
        self,
        start: Instant,
        clients: Vec<Client>,
        exchange: impl AsyncFn(&mut Client, u64, Duration),
    ) {
        let (count, exchange) = (clients.len(), &exchange);
        let one = |(nth, mut client): (usize, Client)| async move {
            for number in (nth as u64..).step_by(count) {
                let due = Duration::from_secs(1) * u32::try_from(number).unwrap() / self.rate;
                if due >= self.duration {
                    break;
                }
                sleep_until((start + due).into()).await;
                exchange(&mut client, number, due).await;
            }
        };
        join_all(clients.into_iter().enumerate().map(one)).await;
    }
}
