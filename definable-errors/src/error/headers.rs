use http::header::{self, HeaderName, HeaderValue};

use super::BoxError;

/// Headers that belong to whoever writes the body or keeps the connection.
const REFUSED: [HeaderName; 10] = [
    header::CONNECTION,
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
];

pub(super) fn checked<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue), BoxError>
where
    N: TryInto<HeaderName, Error: Into<BoxError>>,
    V: TryInto<HeaderValue, Error: Into<BoxError>>,
{
    let name = name.try_into().map_err(Into::into)?;
    let value = value.try_into().map_err(Into::into)?;
    match REFUSED.contains(&name) {
        true => Err(format!("{name} is not an error's to set").into()),
        false => Ok((name, value)),
    }
}
