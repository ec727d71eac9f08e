//! Tests of silent connections, and of the program's shutdown.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::Server;

/// The time beyond the longest deadline for which the program may still run.
const GRACE: Duration = Duration::from_secs(5);

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).unwrap()
}

fn connect_and_send(server: &Server, bytes: &str) -> TcpStream {
    let mut stream = connect(server);
    stream.write_all(bytes.as_bytes()).unwrap();
    stream
}

#[test]
fn half_sent_requests_do_not_delay_the_shutdown() {
    let mut server = Server::with(&[("DEADLINE", "1s")]);
    let half = ["", "G", "GET /health HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n"];
    let _open = half.map(|bytes| connect_and_send(&server, bytes));
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    server.terminate();
    assert_eq!(server.wait().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(1) + GRACE, "{:?}", start.elapsed());
}

#[test]
fn request_in_flight_is_finished_before_the_shutdown() {
    let mut server = Server::with(&[("APP_ENV", "dev"), ("DEADLINE", "8s")]);
    let request = "GET /debug/sleep?ms=2000 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let mut stream = connect_and_send(&server, request);
    std::thread::sleep(Duration::from_millis(500));
    server.terminate();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("slept_ms"), "{answer}");
    assert_eq!(server.wait().code(), Some(0));
}

/// At most 192 connections are open. Silent ones end 10 s after they were accepted, so all 500 have
/// been turned away after 30 s.
#[test]
fn silent_connections_do_not_lock_out_other_clients() {
    let server = Server::with_files(256);
    let heads = ["", "GET /health HTTP/1.1\r\nhost: a\r\n"];
    let start = Instant::now();
    let _silent: Vec<_> =
        (0..500).map(|count| connect_and_send(&server, heads[count % 2])).collect();
    let mut stream = connect_and_send(&server, "GET /health HTTP/1.1\r\nhost: a\r\n\r\n");
    stream.set_read_timeout(Some(Duration::from_secs(45))).unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    assert!(start.elapsed() > Duration::from_secs(9), "the bound is that of the open files");
    let log = server.log();
    assert_eq!(log.matches("192 connections are open").count(), 1, "{log}");
}
