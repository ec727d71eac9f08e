//! The page under `/` of the reference server, used as a person uses it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::browser::Chromium;
use support::get;
use support::send_to;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::server::Server;

/// The debugger of the only tab of a browser.
struct Tab {
    socket: WebSocketStream<TcpStream>,
    commands: u64,
}

impl Tab {
    async fn of(browser: &Chromium) -> Self {
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

    /// Returns the value of an expression in the page.
    async fn evaluate(&mut self, expression: &str) -> Value {
        self.commands += 1;
        let parameters = json!({"expression": expression, "returnByValue": true});
        let command =
            json!({"id": self.commands, "method": "Runtime.evaluate", "params": parameters});
        self.socket.send(Message::text(command.to_string())).await.unwrap();
        loop {
            let Message::Text(text) = self.socket.next().await.unwrap().unwrap() else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == self.commands {
                return answer["result"]["result"]["value"].clone();
            }
        }
    }

    /// Waits until the last line of the list has this class, and returns the texts of all lines.
    async fn lines_until(&mut self, class: &str) -> Vec<String> {
        for _ in 0..600 {
            let last = self.evaluate("document.querySelector('#events li:last-child')?.className");
            if last.await == class {
                let texts =
                    "[...document.querySelectorAll('#events li')].map((line) => line.textContent)";
                return serde_json::from_value(self.evaluate(texts).await).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no line `{class}`: {}", self.evaluate("document.body.innerText").await);
    }
}

#[tokio::test]
async fn page_shows_the_events_of_a_job_live() {
    let server = Server::start("http://localhost:1");
    let browser = Chromium::debugged(&server.url);
    let mut tab = Tab::of(&browser).await;
    let is_ready = "document.readyState === 'complete' && document.querySelector('form') !== null";
    while tab.evaluate(is_ready).await != true {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    // Development mode has filled in the user.
    tab.evaluate("document.querySelector('[value=reindex]').click()").await;
    let lines = tab.lines_until("done").await;
    assert!(lines[0].starts_with("started: reindex "), "{lines:?}");
    assert!(lines[1].starts_with("progress: "), "{lines:?}");
    assert!(lines.last().unwrap().starts_with("done: {\"documents\":"), "{lines:?}");

    tab.evaluate("document.querySelector('[value=fail]').click()").await;
    let lines = tab.lines_until("problem").await;
    assert!(lines[0].starts_with("started: fail "), "{lines:?}");
    let last = lines.last().unwrap();
    let shown = "problem: 500 internal_error: Internal server error (urn:uuid:";
    assert!(last.starts_with(shown), "{lines:?}");

    // A wrong password is a problem before any stream.
    tab.evaluate("document.querySelector('[name=password]').value = 'wrong'").await;
    tab.evaluate("document.querySelector('#events').replaceChildren()").await;
    tab.evaluate("document.querySelector('[value=fail]').click()").await;
    let lines = tab.lines_until("problem").await;
    assert!(lines[0].starts_with("problem: 401 invalid_credentials: "), "{lines:?}");
}
