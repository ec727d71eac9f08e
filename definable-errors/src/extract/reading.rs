//! Reads bodies: once, within the limit, and without a copy if the body is a single frame.

use std::convert::Infallible;
use std::error::Error;
use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::RequestExt;
use axum::body::Body;
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame};

use super::refusals::too_large;
use crate::error::{ApiError, from_body_error};
use crate::guard::Drain;
use crate::problem::PAYLOAD_TOO_LARGE;

/// A client may declare any length; at most this much is reserved before it arrives.
const MOST_RESERVED: u64 = 64 * 1024;

/// Whether there is no body, as far as this is known without reading.
pub(super) fn is_absent(request: &Request) -> bool {
    request.body().is_end_stream() || request.body().size_hint().exact() == Some(0)
}

/// Whether the body is empty.
pub(super) async fn is_empty(request: Request) -> Result<bool, ApiError> {
    match LimitedBody::of(request) {
        Ok(mut body) => Ok(body.next().await?.is_none()),
        Err(oversized) => Err(oversized.refused().await),
    }
}

/// Reads the whole body.
pub(super) async fn whole(request: Request) -> Result<Bytes, ApiError> {
    match LimitedBody::of(request) {
        Ok(body) => body.whole().await,
        Err(oversized) => Err(oversized.refused().await),
    }
}

/// Returns a request whose body may be within its limit, and the limit.
#[cfg(feature = "multipart")]
pub(super) async fn limited(request: Request) -> Result<(Request, Option<u64>), ApiError> {
    match within_limit(request) {
        Ok(limited) => Ok(limited),
        Err(oversized) => Err(oversized.refused().await),
    }
}

fn within_limit(request: Request) -> Result<(Request, Option<u64>), Oversized> {
    let (request, limit) = with_limit(request);
    let claimed = request.body().size_hint().lower();
    if limit.is_none_or(|limit| claimed <= limit) {
        Ok((request, limit))
    } else {
        Err(Oversized { drain: Drain::unread(request).map(Box::pin), limit })
    }
}

/// A body whose declared length is over its limit. What is needed to reject it is boxed, so that
/// valid requests do not carry it.
struct Oversized {
    drain: Option<Pin<Box<Drain<Body>>>>,
    limit: Option<u64>,
}

impl Oversized {
    async fn refused(self) -> ApiError {
        if let Some(drain) = self.drain {
            drain.await;
        }
        too_large(self.limit)
    }
}

/// Finds the limit. axum exposes its limit only by what it does to a body. The body's own upper
/// bound is its length, or the limit of a layer in between.
fn with_limit(mut request: Request) -> (Request, Option<u64>) {
    let body = mem::replace(request.body_mut(), Body::new(Endless));
    let limited = request.with_limited_body();
    let of_axum = limited.body().size_hint().upper();
    let of_body = body.size_hint().upper();
    let limit = of_axum.into_iter().chain(of_body).min();
    (limited.map(|_| body), limit)
}

/// A body of unknown length.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }
}

struct LimitedBody {
    body: Body,
    limit: Option<u64>,
    read: u64,
}

impl LimitedBody {
    fn of(request: Request) -> Result<Self, Oversized> {
        let (request, limit) = within_limit(request)?;
        Ok(Self { body: request.into_body(), limit, read: 0 })
    }

    async fn whole(mut self) -> Result<Bytes, ApiError> {
        let Some(first) = self.next().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.next().await? else {
            return Ok(first);
        };
        let mut whole = BytesMut::with_capacity(first.len() + second.len() + self.expected());
        whole.extend_from_slice(&first);
        whole.extend_from_slice(&second);
        while let Some(next) = self.next().await? {
            whole.extend_from_slice(&next);
        }
        Ok(whole.freeze())
    }

    /// Reads the next bytes, at least one.
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let frame = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await;
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(unreadable(error, self.limit)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return self.counted(data).await.map(Some),
                    _ => {}
                },
            }
        }
    }

    async fn counted(&mut self, data: Bytes) -> Result<Bytes, ApiError> {
        self.read += data.len() as u64;
        if self.limit.is_none_or(|limit| self.read <= limit) {
            return Ok(data);
        }
        Box::pin(Drain::rest(&mut self.body)).await;
        Err(too_large(self.limit))
    }

    fn expected(&self) -> usize {
        let expected = self.body.size_hint().lower().min(MOST_RESERVED);
        usize::try_from(expected).unwrap_or_default()
    }
}

/// Makes the error of a body that could not be read to its end. The error of a layer in between
/// that rejected it stays; everything else is the client's fault.
pub(super) fn unreadable<E>(error: E, limit: Option<u64>) -> ApiError
where
    E: Error + Send + Sync + 'static,
{
    if let Some(known) = refused_by_a_layer(&error) {
        return known.clone();
    }
    let error = from_body_error(error);
    if *error.problem().problem_type() == PAYLOAD_TOO_LARGE {
        return too_large(limit);
    }
    error
}

fn refused_by_a_layer<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a ApiError> {
    let mut causes = std::iter::successors(Some(error), |cause| (*cause).source());
    causes.find_map(|cause| cause.downcast_ref())
}

/// Returns the body, or `None` if there is none. A body that is present must be valid.
pub(super) async fn optional_body(
    request: Request,
    require: fn(&Request) -> Result<(), ApiError>,
) -> Result<Option<Bytes>, ApiError> {
    if let Err(refusal) = require(&request) {
        return if is_absent(&request) || is_empty(request).await? {
            Ok(None)
        } else {
            Err(refusal)
        };
    }
    let bytes = whole(request).await?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}
