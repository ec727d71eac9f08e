//! A load of requests without a body, of which the status counts.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;

use super::{Answer, Client, Pace};

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

impl Load {
    /// Runs the load on a thread of its own, and returns all responses in no particular order.
    pub(crate) fn run(self, start: Instant) -> Vec<Answer> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let pace = Pace { rate: self.rate, duration: self.duration };
        let clients = (0..self.connections).map(|_| Client::http1(self.address)).collect();
        let answers = RefCell::new(Vec::new());
        runtime.block_on(pace.run(start, clients, async |client, number, due| {
            let response = client.send(self.request(number)).await.ok();
            let answer = Answer::new(number, [due, start.elapsed()], response.as_ref());
            answers.borrow_mut().push(answer);
        }));
        answers.into_inner()
    }

    fn request(self, number: u64) -> Request<Full<Bytes>> {
        (self.request)(number).body(Full::default()).unwrap()
    }
}
