//! A small HTTP client, for figures of another process.

use std::net::SocketAddr;

use support::raw::exchange;

/// Sends a request on a connection of its own, and returns the body of the response.
pub(crate) fn get(address: SocketAddr, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    exchange(address, &request).split_once("\r\n\r\n").unwrap().1.to_owned()
}
