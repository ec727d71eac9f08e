//! A server that gives one reply to every command of Redis.

use std::net::SocketAddr;

use support::{bind, redis};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A server that gives the same reply to every command.
pub(crate) struct Liar(SocketAddr);

impl Liar {
    pub(crate) async fn saying(answer: &'static str) -> Self {
        let (listener, address) = bind().await;
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut bytes = [0; 4096];
                    while let Ok(1..) = client.read(&mut bytes).await {
                        let _ = client.write_all(answer.as_bytes()).await;
                    }
                });
            }
        });
        Self(address)
    }

    pub(crate) fn url(&self) -> String {
        redis::url(self.0)
    }
}
