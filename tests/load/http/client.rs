//! A client that keeps its connection, over HTTP/1.1 or HTTP/2.

use std::net::SocketAddr;
use std::{fmt, io};

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{Request, Response, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

/// A client of one service. It opens a connection when it first needs one, and another one after a
/// request that failed or a response that closed it.
pub(crate) struct Client {
    address: SocketAddr,
    protocol: Protocol,
    sender: Option<Sender>,
}

#[derive(Clone, Copy)]
enum Protocol {
    Http1,
    Http2,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

impl Client {
    pub(crate) const fn http1(address: SocketAddr) -> Self {
        Self { address, protocol: Protocol::Http1, sender: None }
    }

    /// Opens an HTTP/2 connection with prior knowledge, which `count` clients share.
    pub(crate) async fn http2(address: SocketAddr, count: usize) -> Result<Vec<Self>, Failure> {
        let stream = connected(address).await?;
        let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
        tokio::spawn(connection);
        let client = |sender| Self {
            address,
            protocol: Protocol::Http2,
            sender: Some(Sender::Http2(sender)),
        };
        Ok((0..count).map(|_| client(sender.clone())).collect())
    }

    /// Returns the address of the service.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends a request, whose URI is a path or an absolute form, and reads the response to its end.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no response, or not all of it.
    pub(crate) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, Failure> {
        let mut sender = match self.sender.take() {
            Some(sender) if sender.is_ready() => sender,
            _ => self.connect().await?,
        };
        let response = read(sender.send(request, self.address).await?).await?;
        // The connection may have to be polled until it accepts another request.
        if sender.ready().await.is_ok() {
            self.sender = Some(sender);
        }
        Ok(response)
    }

    async fn connect(&self) -> Result<Sender, Failure> {
        let stream = connected(self.address).await?;
        Ok(match self.protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(stream).await?;
                tokio::spawn(connection);
                Sender::Http1(sender)
            }
            Protocol::Http2 => {
                let (sender, connection) = http2::handshake(TokioExecutor::new(), stream).await?;
                tokio::spawn(connection);
                Sender::Http2(sender)
            }
        })
    }
}

impl Sender {
    fn is_ready(&self) -> bool {
        match self {
            Self::Http1(sender) => sender.is_ready(),
            Self::Http2(sender) => sender.is_ready(),
        }
    }

    async fn ready(&mut self) -> Result<(), Failure> {
        match self {
            Self::Http1(sender) => sender.ready().await?,
            Self::Http2(sender) => sender.ready().await?,
        }
        Ok(())
    }

    async fn send(
        &mut self,
        mut request: Request<Full<Bytes>>,
        address: SocketAddr,
    ) -> Result<Response<Incoming>, Failure> {
        match self {
            Self::Http1(sender) => {
                let host = address.to_string().parse().expect("an address is a header value");
                request.headers_mut().entry(header::HOST).or_insert(host);
                Ok(sender.send_request(request).await?)
            }
            Self::Http2(sender) => {
                *request.uri_mut() = absolute(request.uri(), address);
                Ok(sender.send_request(request).await?)
            }
        }
    }
}

/// Returns the URI with a scheme and an authority, which HTTP/2 sends apart from the path.
fn absolute(uri: &Uri, address: SocketAddr) -> Uri {
    let authority: Authority = address.to_string().parse().expect("an address is an authority");
    let mut parts = uri.clone().into_parts();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(authority);
    Uri::from_parts(parts).expect("it has all parts")
}

async fn connected(address: SocketAddr) -> Result<TokioIo<TcpStream>, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(TokioIo::new(stream))
}

/// Reads a response to its end.
async fn read(response: Response<Incoming>) -> Result<Response<Bytes>, Failure> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(Response::from_parts(parts, body))
}

/// The error of a request without a response, or with a part of one.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection could not be opened.
    Connect(io::Error),
    /// The connection broke, or what it carried was not HTTP.
    Http(hyper::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => write!(f, "{error}"),
            Self::Http(error) => write!(f, "{error:?}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Connect(error)
    }
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Self {
        Self::Http(error)
    }
}
