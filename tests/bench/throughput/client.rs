//! A client that costs little: blocking sockets, a constant request, and no parser.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::rows::Load;

const REQUEST: &[u8] = b"GET /orders HTTP/1.1\r\n\
    host: localhost\r\n\
    x-request-id: 9f86d081-884c-4d65-9a2f-eaa0c55ad015\r\n\
    traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n";

/// The number of connections, which are kept open. Each has one request at a time, so there are
/// enough of them that the server always has a next one.
const CONNECTIONS: usize = 16;

pub(super) struct Client {
    connections: Vec<TcpStream>,
    status_line: Vec<u8>,
    /// The length of a response. All of them have the same, because the ids are those of the request.
    length: usize,
}

impl Client {
    /// Connects to a service, and checks its response.
    pub(super) fn connect(address: SocketAddr, load: &Load) -> Self {
        let connections = (0..CONNECTIONS).map(|_| {
            let connection = TcpStream::connect(address).expect("the service listens");
            connection.set_nodelay(true).expect("a socket has this option");
            connection
        });
        let mut connections: Vec<_> = connections.collect();
        let response = first_response(&mut connections[0]);
        let status_line = format!("HTTP/1.1 {} ", load.status);
        assert!(response.starts_with(&status_line) && response.contains(load.body), "{response}");
        Self { connections, status_line: status_line.into_bytes(), length: response.len() }
    }

    /// Sends requests on all connections for the given time, and returns how many got their response,
    /// and in what time.
    pub(super) fn send_for(&mut self, duration: Duration) -> (u32, Duration) {
        let start = Instant::now();
        self.connections.iter_mut().for_each(send);
        let mut count = 0;
        while start.elapsed() < duration {
            for connection in &mut self.connections {
                receive(connection, self.length, &self.status_line);
                send(connection);
                count += 1;
            }
        }
        for connection in &mut self.connections {
            receive(connection, self.length, &self.status_line);
            count += 1;
        }
        (count, start.elapsed())
    }
}

fn send(connection: &mut TcpStream) {
    connection.write_all(REQUEST).expect("the service reads");
}

fn receive(connection: &mut TcpStream, length: usize, status_line: &[u8]) {
    let mut response = [0; 2048];
    connection.read_exact(&mut response[..length]).expect("the service responds");
    assert!(response.starts_with(status_line), "a response is shorter or longer than the first");
}

/// Sends a request, and reads the response to it by its `Content-Length`.
fn first_response(connection: &mut TcpStream) -> String {
    send(connection);
    let (mut response, mut part) = (String::new(), [0; 2048]);
    loop {
        let count = connection.read(&mut part).expect("the service responds");
        assert!(count > 0, "the service closes the connection");
        response.push_str(std::str::from_utf8(&part[..count]).expect("all responses are text"));
        if let Some((head, body)) = response.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.and_then(|length| length.parse().ok());
            if length.is_none_or(|length: usize| body.len() >= length) {
                return response;
            }
        }
    }
}
