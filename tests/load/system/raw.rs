//! HTTP/1.1 as bytes, for what a client library would not send, and for what it would not tell apart:
//! no response, a part of one, all of it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A connection whose requests are written as they are.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) stream: TcpStream,
    buffer: Vec<u8>,
}

/// What a client received after a request.
#[derive(Debug)]
pub(super) enum Received {
    Whole(Response<Bytes>),
    /// The connection ended before the first byte.
    Nothing,
    /// The connection ended, or nothing more came, in the middle of a response.
    Cut(String),
}

/// The longest wait for more bytes.
const LONGEST: Duration = Duration::from_secs(30);

impl Raw {
    pub(super) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads the next response.
    pub(super) async fn read(&mut self) -> Received {
        loop {
            if let Some((response, length)) = parsed(&self.buffer, Ended::No) {
                self.buffer.drain(..length);
                return Received::Whole(response);
            }
            let read = timeout(LONGEST, self.stream.read_buf(&mut self.buffer)).await;
            if !matches!(read, Ok(Ok(1..))) {
                return self.ended();
            }
        }
    }

    /// Returns what there is after the end of the connection.
    fn ended(&mut self) -> Received {
        if self.buffer.is_empty() {
            return Received::Nothing;
        }
        let buffer = std::mem::take(&mut self.buffer);
        match parsed(&buffer, Ended::Yes) {
            Some((response, _)) => Received::Whole(response),
            None => Received::Cut(String::from_utf8_lossy(&buffer).into_owned()),
        }
    }
}

/// Whether more bytes may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    No,
    Yes,
}

/// Returns the response at the beginning of the bytes, and its length, if all of it is there.
fn parsed(bytes: &[u8], ended: Ended) -> Option<(Response<Bytes>, usize)> {
    let head = find(bytes, b"\r\n\r\n")?;
    let (text, start) = (std::str::from_utf8(&bytes[..head]).ok()?, head + 4);
    let mut lines = text.split("\r\n");
    let status: StatusCode = lines.next()?.get(9..12)?.parse().ok()?;
    let mut response = Response::builder().status(status);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let (name, value) = (name.parse::<HeaderName>().ok()?, value.trim());
        response = response.header(name, HeaderValue::from_str(value).ok()?);
    }
    let fields = response.headers_ref()?;
    let value = |name| fields.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let rest = &bytes[start..];
    let (body, length) = if status.is_informational() || matches!(status.as_u16(), 204 | 304) {
        (Vec::new(), 0)
    } else if value(header::TRANSFER_ENCODING) == Some("chunked") {
        unchunked(rest)?
    } else if let Some(length) = value(header::CONTENT_LENGTH) {
        let length: usize = length.parse().ok()?;
        (rest.get(..length)?.to_vec(), length)
    } else if ended == Ended::Yes {
        (rest.to_vec(), rest.len())
    } else {
        return None;
    };
    Some((response.body(body.into()).ok()?, start + length))
}

/// Returns the body of chunks, and the number of bytes that they take (RFC 9112 §7.1). There are no
/// trailers.
fn unchunked(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let end = at + find(&bytes[at..], b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[at..end]).ok()?, 16).ok()?;
        let next = end + 2 + size + 2;
        body.extend_from_slice(bytes.get(end + 2..next)?.get(..size)?);
        at = next;
        if size == 0 {
            return Some((body, at));
        }
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
