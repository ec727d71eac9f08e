//! HTTP/1.1 as text, for what a client library would not send or would not show.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Sends `request` on a connection of its own, and returns everything that the server sends until it
/// closes the connection, as it does for `connection: close`.
pub fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
