//! Tests of `/ws`: who may open it, its messages, and the problems of an open socket.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::{ACME, GLOBEX, Server, User};

type Client = WebSocketStream<TcpStream>;

/// Opens a socket with a token in the query, as a browser has to.
async fn open(server: &Server, token: &str, org_id: &str) -> Result<Client, (u16, Value)> {
    open_from(server, token, org_id, None).await
}

async fn open_from(
    server: &Server,
    token: &str,
    org_id: &str,
    origin: Option<&str>,
) -> Result<Client, (u16, Value)> {
    let url = format!("ws://{}/ws?token={token}&org_id={org_id}", server.address());
    let mut request = url.into_client_request().unwrap();
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    let stream = TcpStream::connect(server.address()).await.unwrap();
    match client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => {
            let status = response.status().as_u16();
            let body = response.into_body().unwrap_or_default();
            Err((status, serde_json::from_slice(&body).unwrap_or_default()))
        }
        Err(error) => panic!("{error}"),
    }
}

async fn received(client: &mut Client) -> Value {
    loop {
        match client.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn close_frame(client: &mut Client) -> (u16, String) {
    let Message::Close(Some(frame)) = client.next().await.unwrap().unwrap() else {
        panic!("a close frame follows");
    };
    (frame.code.into(), frame.reason.to_string())
}

async fn say(client: &mut Client, message: &Value) {
    client.send(Message::text(message.to_string())).await.unwrap();
}

#[tokio::test]
async fn failing_socket_sends_its_problem_and_closes_with_1011() {
    let server = Server::with(&[("LOG_FORMAT", "json")]);
    let token = User::Guest.token();
    let mut client = open(&server, &token, ACME).await.unwrap();
    let welcome = json!({"type": "welcome", "user": "guest@acme.test", "org_id": ACME});
    assert_eq!(received(&mut client).await, welcome);
    say(&mut client, &json!({"do": "echo", "text": "hello"})).await;
    assert_eq!(received(&mut client).await, json!({"type": "echo", "text": "hello"}));
    say(&mut client, &json!({"do": "fail"})).await;
    let message = received(&mut client).await;
    assert_eq!(message["type"], "problem");
    let problem = &message["problem"];
    assert_eq!((&problem["code"], &problem["status"]), (&json!("internal_error"), &json!(500)));
    assert_eq!(close_frame(&mut client).await, (1011, "internal_error".into()));

    let log = server.log();
    let reported: Vec<_> = log.lines().filter(|line| line.contains("internal_error")).collect();
    let [line] = &reported[..] else { panic!("one event, not {log}") };
    let event: Value = serde_json::from_str(line).unwrap();
    let fields = &event["fields"];
    assert_eq!(problem["instance"], format!("urn:uuid:{}", fields["id"].as_str().unwrap()));
    assert_eq!(
        (&fields["http.route"], &fields["error"]),
        (&json!("/ws"), &json!("the socket fails"))
    );
    assert!(fields["location"].as_str().unwrap().contains("src/socket.rs"), "{line}");
    assert!(!log.contains(&token), "the token is in no log line");
}

#[tokio::test]
async fn message_that_is_no_command_closes_with_1008() {
    let server = Server::production();
    for message in [json!({"do": "explode"}), json!(7), json!({"do": "fail", "now": true})] {
        let mut client = open(&server, &User::Owner.token(), ACME).await.unwrap();
        received(&mut client).await;
        say(&mut client, &message).await;
        assert_eq!(received(&mut client).await["problem"]["code"], "unknown_command", "{message}");
        assert_eq!(close_frame(&mut client).await, (1008, "unknown_command".into()));
    }
}

#[tokio::test]
async fn refused_handshake_is_a_problem() {
    let server = Server::with(&[("CORS_ORIGINS", "https://app.example")]);
    let refused = async |token: &str, org_id: &str| {
        let (status, problem) = open(&server, token, org_id).await.unwrap_err();
        assert_eq!(problem["status"], status);
        format!("{status} {}", problem["code"].as_str().unwrap())
    };
    let owner = User::Owner.token();
    assert_eq!(refused("a.b.c", ACME).await, "401 invalid_token");
    assert_eq!(refused("", ACME).await, "400 invalid_authorization");
    assert_eq!(refused(&owner, GLOBEX).await, "403 not_a_member");
    assert_eq!(refused(&owner, "x").await, "400 validation_failed");
    assert_eq!(refused(&User::Suspended.token(), ACME).await, "403 membership_suspended");

    let from = async |origin| open_from(&server, &owner, ACME, Some(origin)).await;
    assert_eq!(from("https://evil.example").await.unwrap_err().0, 403);
    assert!(from("https://app.example").await.is_ok());
    assert!(from(&*server.url).await.is_ok());
}
