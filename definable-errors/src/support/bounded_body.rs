//! Bodies of other services, which are read up to a limit.

use bytes::Bytes;
use reqwest::Response;

/// Reads the whole body, or returns `None` as soon as it is larger than `limit` bytes, whatever the
/// service announced.
///
/// # Errors
///
/// Returns an error if the body is cut off, or does not arrive in time.
pub(crate) async fn read_body(
    response: &mut Response,
    limit: usize,
) -> Result<Option<Bytes>, reqwest::Error> {
    let first = response.chunk().await?.unwrap_or_default();
    if first.len() > limit {
        return Ok(None);
    }
    // Most bodies arrive in one piece, which need not be copied.
    let Some(mut piece) = response.chunk().await? else { return Ok(Some(first)) };
    let mut body = Vec::from(first);
    loop {
        if body.len() + piece.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
        match response.chunk().await? {
            Some(next) => piece = next,
            None => return Ok(Some(body.into())),
        }
    }
}
