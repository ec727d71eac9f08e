use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::sleep_until;

use super::Answer;

/// A load of requests at a constant rate over persistent connections, independent of the responses.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    /// The number of requests per second.
    pub(crate) rate: u32,
    pub(crate) duration: Duration,
    /// The number of connections, large enough that a slow response delays no other request.
    pub(crate) connections: u32,
    pub(crate) request: fn(u64) -> http::request::Builder,
}

type Sender = SendRequest<Empty<Bytes>>;

impl Load {
    /// Runs the load on a thread of its own, and returns all responses in no particular order.
    pub(crate) fn run(self, start: Instant) -> Vec<Answer> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let all = (0..self.connections).map(|nth| self.connection(nth.into(), start));
        runtime.block_on(join_all(all)).into_iter().flatten().collect()
    }

    async fn connection(self, nth: u64, start: Instant) -> Vec<Answer> {
        let (mut answers, mut sender) = (Vec::new(), None);
        for number in (nth..).step_by(self.connections as usize) {
            let due = Duration::from_secs(1) * u32::try_from(number).unwrap() / self.rate;
            if due >= self.duration {
                break;
            }
            sleep_until((start + due).into()).await;
            let response = self.ask(&mut sender, number).await;
            answers.push(Answer::new(number, [due, start.elapsed()], response.as_ref()));
        }
        answers
    }

    /// Sends a request. Returns `None` without a response; the next request then opens a
    /// connection.
    async fn ask(self, sender: &mut Option<Sender>, number: u64) -> Option<Response<()>> {
        let mut connected = match sender.take() {
            Some(connected) if connected.is_ready() => connected,
            _ => connect(self.address).await?,
        };
        let request = self.request(number);
        let response = read(connected.send_request(request).await.ok()?).await?;
        // The connection may have to be polled until it accepts another request.
        connected.ready().await.ok()?;
        *sender = Some(connected);
        Some(response)
    }

    fn request(self, number: u64) -> Request<Empty<Bytes>> {
        let request = (self.request)(number).header(header::HOST, "localhost");
        request.body(Empty::new()).unwrap()
    }
}

async fn connect(address: SocketAddr) -> Option<Sender> {
    let stream = TcpStream::connect(address).await.ok()?;
    stream.set_nodelay(true).ok()?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    Some(sender)
}

/// Reads a response to its end.
async fn read(response: Response<Incoming>) -> Option<Response<()>> {
    let (parts, body) = response.into_parts();
    body.collect().await.ok()?;
    Some(Response::from_parts(parts, ()))
}
