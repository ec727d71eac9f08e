use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use definable_errors::rate_limit::{Quota, RedisStore, Take};
use tokio::task::JoinHandle;

use super::{Latencies, ask, key};

/// Clients that ask all the time, until they are told to stop.
pub(crate) struct Load {
    is_over: Arc<AtomicBool>,
    counts: Arc<Counts>,
    clients: Vec<JoinHandle<Latencies>>,
}

#[derive(Default)]
pub(crate) struct Counts {
    admitted: AtomicU32,
    refused: AtomicU32,
    failed: AtomicU32,
}

const CLIENTS: u128 = 8;

impl Load {
    /// Each client has the quota for itself.
    pub(crate) fn start(store: &RedisStore, quota: Quota) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let counts = Arc::new(Counts::default());
        let clients = (0..CLIENTS).map(|client| {
            let (store, is_over, counts) = (store.clone(), is_over.clone(), counts.clone());
            tokio::spawn(async move {
                let mut latencies = Latencies::default();
                while !is_over.load(Ordering::Relaxed) {
                    latencies.add(counts.ask(&store, client, quota).await);
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                latencies
            })
        });
        Self { clients: clients.collect(), is_over, counts }
    }

    /// Requests so far: admitted, refused, failed.
    pub(crate) fn counts(&self) -> [u32; 3] {
        let Counts { admitted, refused, failed } = &*self.counts;
        [admitted, refused, failed].map(|count| count.load(Ordering::Relaxed))
    }

    pub(crate) async fn stop(self) -> Latencies {
        self.is_over.store(true, Ordering::Relaxed);
        let mut latencies = Latencies::default();
        for client in self.clients {
            latencies.join(client.await.unwrap());
        }
        latencies
    }
}

impl Counts {
    async fn ask(&self, store: &RedisStore, client: u128, quota: Quota) -> Duration {
        let asked = Instant::now();
        let decision = ask(store, Take::new(key(client), &[quota], 1)).await;
        let latency = asked.elapsed();
        let count = match decision {
            Ok(decision) if decision.is_admitted() => &self.admitted,
            Ok(_) => &self.refused,
            Err(error) => {
                assert_eq!(error.problem().status().as_u16(), 503);
                &self.failed
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
        latency
    }
}
