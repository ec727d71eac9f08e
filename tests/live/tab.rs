//! The only tab of a browser, by its remote debugging protocol.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::browser::Chromium;
use support::{get, send_to};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// The debugger of the only tab of a browser.
pub(crate) struct Tab {
    socket: WebSocketStream<TcpStream>,
    commands: u64,
}

impl Tab {
    pub(crate) async fn of(browser: &Chromium) -> Self {
        let port = loop {
            match browser.debugging_port() {
                Some(port) => break port,
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let path = loop {
            let tabs = send_to(([127, 0, 0, 1], port).into(), get("/json/list")).await.json();
            let page = tabs.as_array().unwrap().iter().find(|tab| tab["type"] == "page");
            match page {
                Some(page) => break page["webSocketDebuggerUrl"].as_str().unwrap().to_owned(),
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let (socket, _) = client_async(path, stream).await.unwrap();
        Self { socket, commands: 0 }
    }

    /// Sends a command that succeeds.
    pub(crate) async fn command(&mut self, method: &str, parameters: Value) {
        let answer = self.send(method, parameters).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
    }

    /// Returns the value of an expression in the page; that of a promise is awaited. It is `null` if the
    /// page is left meanwhile.
    pub(crate) async fn evaluate(&mut self, expression: &str) -> Value {
        let parameters =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        self.send("Runtime.evaluate", parameters).await["result"]["result"]["value"].take()
    }

    async fn send(&mut self, method: &str, parameters: Value) -> Value {
        self.commands += 1;
        let command = json!({"id": self.commands, "method": method, "params": parameters});
        self.socket.send(Message::text(command.to_string())).await.unwrap();
        loop {
            let Message::Text(text) = self.socket.next().await.unwrap().unwrap() else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == self.commands {
                return answer;
            }
        }
    }
}
