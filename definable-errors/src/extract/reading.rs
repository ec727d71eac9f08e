//! Reads bodies: once, within the limit, without a copy where one frame is all.

use std::error::Error;
use std::future::poll_fn;
use std::pin::Pin;

use axum::RequestExt;
use axum::body::Body;
use axum::extract::Request;
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::LengthLimitError;

use super::refusals::{broken_off, too_large};
use crate::error::ApiError;

/// A client may claim any length; so much is believed before it comes.
const MOST_RESERVED: u64 = 64 * 1024;

/// Whether no body came, as far as can be said without reading.
pub(super) fn is_absent(request: &Request) -> bool {
    request.body().is_end_stream() || request.body().size_hint().exact() == Some(0)
}

/// Whether no byte comes.
pub(super) async fn is_empty(request: Request) -> Result<bool, ApiError> {
    let mut body = LimitedBody::of(request)?;
    Ok(body.next().await?.is_none())
}

/// All of the body.
pub(super) async fn whole(request: Request) -> Result<Bytes, ApiError> {
    let mut body = LimitedBody::of(request)?;
    let Some(first) = body.next().await? else {
        return Ok(Bytes::new());
    };
    let Some(second) = body.next().await? else {
        return Ok(first);
    };
    let mut whole = BytesMut::with_capacity(first.len() + second.len() + body.expected());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&second);
    while let Some(next) = body.next().await? {
        whole.extend_from_slice(&next);
    }
    Ok(whole.freeze())
}

/// The body within axum's limit, and the limit.
pub(super) fn limited(request: Request) -> Result<(Request, Option<u64>), ApiError> {
    let claimed = request.body().size_hint().lower();
    let request = request.with_limited_body();
    let limit = request.body().size_hint().upper();
    // Not a byte of it is read: a client that waits for `100 Continue` need not send it.
    match limit.is_some_and(|limit| limit < claimed) {
        true => Err(too_large(limit)),
        false => Ok((request, limit)),
    }
}

struct LimitedBody {
    body: Body,
    limit: Option<u64>,
}

impl LimitedBody {
    fn of(request: Request) -> Result<Self, ApiError> {
        let (request, limit) = limited(request)?;
        Ok(Self { body: request.into_body(), limit })
    }

    /// The next bytes, at least one.
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)).await;
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(unreadable(error, self.limit)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Ok(Some(data)),
                    _ => {}
                },
            }
        }
    }

    fn expected(&self) -> usize {
        let expected = self.body.size_hint().lower().min(MOST_RESERVED);
        usize::try_from(expected).unwrap_or_default()
    }
}

/// Over the limit, refused by a layer in between, or broken off: that is the client's doing.
pub(super) fn unreadable<E>(error: E, limit: Option<u64>) -> ApiError
where
    E: Error + Send + Sync + 'static,
{
    let first: &(dyn Error + 'static) = &error;
    let chain = || std::iter::successors(Some(first), |cause| (*cause).source());
    if chain().any(<dyn Error>::is::<LengthLimitError>) {
        return too_large(limit);
    }
    match chain().find_map(|cause| cause.downcast_ref::<ApiError>()) {
        Some(known) => known.clone(),
        None => broken_off(error),
    }
}
