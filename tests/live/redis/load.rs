//! Clients that send requests continuously.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use definable_errors::rate_limit::{Consumption, Quota, RedisStore};
use support::latencies::Latencies;
use tokio::task::JoinHandle;

use super::{ask, key};

/// Clients that send requests continuously until they are stopped.
pub(crate) struct Load {
    is_over: Arc<AtomicBool>,
    counts: Arc<Counts>,
    clients: Vec<JoinHandle<Latencies>>,
    watch: JoinHandle<()>,
}

#[derive(Default)]
pub(crate) struct Counts {
    admitted: AtomicU32,
    refused: AtomicU32,
    failed: AtomicU32,
    /// The longest pause of the machine in microseconds.
    longest_stall: AtomicU64,
}

const CLIENTS: u128 = 8;

impl Load {
    /// Starts the load. Each client has the quota for itself.
    pub(crate) fn start(store: &RedisStore, quota: Quota) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let counts = Arc::new(Counts::default());
        let clients = (0..CLIENTS).map(|client| {
            let (store, is_over, counts) = (store.clone(), is_over.clone(), counts.clone());
            tokio::spawn(async move {
                let mut latencies = Latencies::default();
                while !is_over.load(Ordering::Relaxed) {
                    latencies.extend([counts.ask(&store, client, quota).await]);
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                latencies
            })
        });
        let clients = clients.collect();
        let watch = tokio::spawn(watch(counts.clone()));
        Self { is_over, counts, clients, watch }
    }

    /// Returns the numbers of requests so far: admitted, rejected, failed.
    pub(crate) fn counts(&self) -> [u32; 3] {
        let Counts { admitted, refused, failed, .. } = &*self.counts;
        [admitted, refused, failed].map(|count| count.load(Ordering::Relaxed))
    }

    /// Stops the load; returns the latencies, and the longest time for which the machine paused.
    pub(crate) async fn stop(self) -> (Latencies, Duration) {
        self.is_over.store(true, Ordering::Relaxed);
        let mut latencies = Latencies::default();
        for client in self.clients {
            latencies.append(client.await.unwrap());
        }
        self.watch.abort();
        let latencies = latencies.sorted();
        (latencies, Duration::from_micros(self.counts.longest_stall.load(Ordering::Relaxed)))
    }
}

/// Records by how much a task that only ever sleeps for a moment is late.
async fn watch(counts: Arc<Counts>) {
    loop {
        let slept = Instant::now();
        tokio::time::sleep(Duration::from_millis(1)).await;
        let stall = slept.elapsed().as_micros().try_into().unwrap();
        counts.longest_stall.fetch_max(stall, Ordering::Relaxed);
    }
}

impl Counts {
    async fn ask(&self, store: &RedisStore, client: u128, quota: Quota) -> Duration {
        let asked = Instant::now();
        let decision = ask(store, Consumption::new(key(client), &[quota], 1)).await;
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
