use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that gives the same reply to every command.
pub(crate) struct Liar(SocketAddr);

impl Liar {
    pub(crate) async fn saying(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
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
        super::server::url(self.0)
    }
}
