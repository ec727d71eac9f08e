//! A proxy that delays or swallows what Redis sends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use support::{bind, redis};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// A proxy to a server that can delay or swallow everything.
pub(crate) struct Proxy {
    address: SocketAddr,
    delay: Arc<AtomicU64>,
}

const SWALLOWS: u64 = u64::MAX;

impl Proxy {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let (listener, address) = bind().await;
        let delay = Arc::new(AtomicU64::new(0));
        tokio::spawn(accept(listener, server, delay.clone()));
        Self { address, delay }
    }

    pub(crate) fn url(&self) -> String {
        redis::url(self.address)
    }

    /// Delays everything that the server sends.
    pub(crate) fn delay(&self, delay: Duration) {
        self.delay.store(delay.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }

    /// Swallows everything on existing and new connections, which stay open.
    pub(crate) fn swallow(&self) {
        self.delay.store(SWALLOWS, Ordering::Relaxed);
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, delay: Arc<AtomicU64>) {
    while let Ok((client, _)) = listener.accept().await {
        let server = TcpStream::connect(server).await.unwrap();
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::spawn(pass(from_client, to_server, Arc::default()));
        tokio::spawn(pass(from_server, to_client, delay.clone()));
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Arc<AtomicU64>) {
    let mut is_swallowed = false;
    let mut bytes = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        let milliseconds = delay.load(Ordering::Relaxed);
        // Swallowed bytes are never sent later, so this connection is lost.
        is_swallowed |= milliseconds == SWALLOWS;
        if is_swallowed {
            continue;
        }
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        if to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
