//! One exchange of a case with the server, over HTTP or over a WebSocket.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::ask::{Ask, PROVOKED, REQUEST_ID, text};
use super::cases::{Case, Exchange, Expected};
use super::check::{check, check_message};
use super::findings::{Findings, Promise};
use super::provoked::Provoked;
use super::world::World;
use crate::http::Client;

/// The longest time for one exchange. The server answers each within its deadline.
const LONGEST: Duration = Duration::from_secs(30);

/// The clients' side of all exchanges.
#[derive(Debug)]
pub(super) struct Clients<'a> {
    pub(super) world: &'a World,
    pub(super) findings: &'a Findings,
    pub(super) provoked: &'a Provoked,
}

impl Clients<'_> {
    /// Sends the request of a case, and checks the response. Returns whether there is one.
    pub(super) async fn exchange(&self, client: &mut Client, case: &Case) -> bool {
        let exchange = async {
            match &case.exchange {
                Exchange::Request(ask) => self.request(client, case, ask(self.world)).await,
                Exchange::Socket(ask, command) => {
                    self.socket(client, case, ask(self.world), command).await
                }
            }
        };
        let exchanged = timeout(LONGEST, exchange).await;
        let failure = exchanged.unwrap_or_else(|_| Err("no response in 30 s".to_owned())).err();
        let has_response = failure.is_none();
        if let Some(failure) = failure {
            self.findings.add(Promise::Answered, || format!("{}: {failure}", case.name()));
        }
        has_response
    }

    async fn request(&self, client: &mut Client, case: &Case, ask: Ask) -> Result<(), String> {
        let id = ask.value(REQUEST_ID).map(str::to_owned);
        let sent = client.send(ask.request()).await;
        let response = sent.map_err(|failure| failure.to_string())?;
        check(self.findings, self.world, case, id.as_deref(), &response);
        // What fails at once, or a while after it was accepted.
        if let Some(id) = id.filter(|id| id.starts_with(PROVOKED)) {
            let fails = matches!(case.expected, Expected::Provoked(..));
            if fails || response.status() == 202 {
                self.provoked.add(id);
            }
        }
        (case.then)(self.world, &response);
        Ok(())
    }

    async fn socket(
        &self,
        client: &Client,
        case: &Case,
        ask: Ask,
        command: &str,
    ) -> Result<(), String> {
        let shown = |error: Error| error.to_string();
        let stream =
            TcpStream::connect(client.address()).await.map_err(|error| error.to_string())?;
        let url = format!("ws://{}{}", client.address(), ask.path());
        let mut request = url.into_client_request().map_err(shown)?;
        let id = ask.value(REQUEST_ID).unwrap_or("socket");
        request.headers_mut().insert(REQUEST_ID, id.parse().expect("ids are header values"));
        let (mut socket, response) = match client_async(request, stream).await {
            Ok(opened) => opened,
            Err(Error::Http(refused)) => {
                let refused = refused.map(|body| Bytes::from(body.unwrap_or_default()));
                check(self.findings, self.world, case, Some(id), &refused);
                return Ok(());
            }
            Err(error) => return Err(shown(error)),
        };
        let has_id = text(response.headers(), REQUEST_ID) == id;
        self.findings.check(Promise::RequestId, has_id, || format!("{response:?}"));
        if matches!(case.expected, Expected::Provoked(..)) {
            self.provoked.add(id.to_owned());
        }
        let welcome = received(&mut socket).await.map_err(shown)?;
        let is_welcome = welcome.is_some_and(|it| it["type"] == "welcome");
        self.findings
            .check(Promise::Expected, is_welcome, || format!("{}: no welcome", case.name()));
        socket.send(Message::text(command)).await.map_err(shown)?;
        let answer = received(&mut socket).await.map_err(shown)?.unwrap_or_default();
        if matches!(case.expected, Expected::Success(_)) {
            let is_echo = answer["type"] == "echo" && answer["text"] == "hello";
            self.findings
                .check(Promise::Expected, is_echo, || format!("{}: {answer}", case.name()));
            socket.close(None).await.map_err(shown)?;
        } else {
            check_message(self.findings, self.world, case, &answer);
        }
        while received(&mut socket).await.map_err(shown)?.is_some() {}
        Ok(())
    }
}

/// Returns the next text, or `None` once the socket is closed.
async fn received(socket: &mut WebSocketStream<TcpStream>) -> Result<Option<Value>, Error> {
    while let Some(message) = socket.next().await {
        match message {
            Ok(Message::Text(text)) => return Ok(serde_json::from_str(&text).ok()),
            Ok(_) => {}
            Err(Error::ConnectionClosed) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
