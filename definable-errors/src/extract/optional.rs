use axum::extract::Request;
use bytes::Bytes;

use super::reading;
use crate::error::ApiError;

/// Returns the body, or `None` if there is none. A body that is present must be valid.
pub(super) async fn optional_body(
    request: Request,
    require: fn(&Request) -> Result<(), ApiError>,
) -> Result<Option<Bytes>, ApiError> {
    if let Err(refusal) = require(&request) {
        return match reading::is_absent(&request) || reading::is_empty(request).await? {
            true => Ok(None),
            false => Err(refusal),
        };
    }
    let bytes = reading::whole(request).await?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}
