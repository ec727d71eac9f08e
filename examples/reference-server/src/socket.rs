//! A WebSocket for members of an organization, whose messages are JSON.

use std::io;
use std::time::Duration;

use axum::extract::WebSocketUpgrade;
use axum::extract::ws::Message;
use definable_errors::auth::{SOCKET_PROTOCOL, SocketAuthenticated};
use definable_errors::rbac::Member;
use definable_errors::router::GuardedRouter;
use definable_errors::stream::{Socket, SocketError, Upgraded, WebSocketUpgradeExt};
use definable_errors::{ApiError, Declared, ResultExt};
use serde::{Deserialize, Serialize};
use utoipa::OpenApi;
use uuid::Uuid;

use crate::AppState;
use crate::access::{InOrg, Org, User};

/// The largest message that clients may send, in bytes.
const MAX_MESSAGE: usize = 16 * 1024;

/// The time after which a socket without messages is closed.
const IDLE: Duration = Duration::from_mins(5);

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/ws", open)
}

/// A message of a client.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Command {
    /// Sends the text back.
    Echo { text: String },
    /// Fails on purpose.
    Fail {},
}

/// A message to a client, apart from problems.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'a> {
    Welcome { user: &'a str, org_id: Uuid },
    Echo { text: &'a str },
}

/// An error of an open socket.
#[derive(Debug, thiserror::Error, ApiError)]
enum CommandError {
    /// The message is not a command. Commands are JSON objects: `{"do":"echo","text":"hello"}` and
    /// `{"do":"fail"}`.
    #[error("the message is not a command")]
    #[api(status = 400)]
    UnknownCommand,

    #[error(transparent)]
    #[api(transparent)]
    Socket(#[from] SocketError),
}

/// The operation of sockets.
#[derive(OpenApi)]
#[openapi(paths(open))]
pub(crate) struct Operations;

/// Opens a WebSocket, whose messages are JSON: `{"do":"echo","text":"hello"}` is sent back.
///
/// Browsers send the token as a protocol or as the query parameter `token`. An error after the
/// handshake is the message `{"type":"problem","problem":{…}}`.
#[utoipa::path(
    get, path = "/ws", operation_id = "open_socket", tag = "Sockets",
    params(InOrg),
    responses((status = 101, description = "The connection is a WebSocket from now on.")),
)]
async fn open(
    _: SocketAuthenticated<User>,
    member: Member<Org>,
    upgrade: WebSocketUpgrade,
) -> Upgraded<Declared<CommandError>> {
    let upgrade = upgrade.protocols([SOCKET_PROTOCOL]).max_message_size(MAX_MESSAGE);
    upgrade.with_problems().idle_limit(IDLE).on_upgrade(|socket| converse(socket, member))
}

/// Greets the client, and follows its commands until it closes the socket.
async fn converse(mut socket: Socket, member: Member<Org>) -> Result<(), Declared<CommandError>> {
    let user = &member.principal().email;
    send(&mut socket, &Event::Welcome { user, org_id: *member.organization() }).await?;
    while let Some(message) = socket.recv().await {
        let Message::Text(text) = message.map_err(CommandError::from)? else { continue };
        match serde_json::from_str(&text) {
            Ok(Command::Echo { text }) => send(&mut socket, &Event::Echo { text: &text }).await?,
            Ok(Command::Fail {}) => Err(io::Error::other("the socket fails")).or_internal()?,
            Err(_) => Err(CommandError::UnknownCommand)?,
        }
    }
    Ok(())
}

async fn send(socket: &mut Socket, event: &Event<'_>) -> Result<(), Declared<CommandError>> {
    let text = serde_json::to_string(event).or_internal()?;
    Ok(socket.send(Message::Text(text.into())).await.map_err(CommandError::from)?)
}
