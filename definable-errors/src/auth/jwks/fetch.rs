//! One fetch of a key set: its redirects, its response, and the reasons why it can fail.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};

use crate::auth::jwt::KeySet;
use crate::error::BoxError;
use crate::support::{is_authentic, read_body};

const MAX_BYTES: usize = 256 * 1024;

const ACCEPTED: HeaderValue =
    HeaderValue::from_static("application/jwk-set+json, application/json;q=0.9");

/// The server's response.
pub(super) enum Fetched {
    /// The keys have not changed.
    Same(Freshness),
    New(KeySet, Freshness),
}

/// How long the response is fresh, according to the server.
#[derive(Debug, Clone, Default)]
pub(super) struct Freshness {
    pub(super) etag: Option<HeaderValue>,
    pub(super) max_age: Option<Duration>,
}

pub(super) async fn fetch(
    client: &Client,
    url: &Url,
    etag: Option<&HeaderValue>,
) -> Result<Fetched, JwksFetchError> {
    let mut request = client.get(url.clone()).header(header::ACCEPT, ACCEPTED);
    if let Some(etag) = etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    let response = request.send().await.map_err(http)?;
    let freshness = freshness(response.headers());
    match response.status() {
        StatusCode::NOT_MODIFIED if etag.is_some() => Ok(Fetched::Same(freshness)),
        StatusCode::OK => {
            let keys =
                KeySet::from_json(&body(response).await?).map_err(|_| JwksFetchError::Invalid)?;
            Ok(Fetched::New(keys, freshness))
        }
        status => Err(JwksFetchError::Status(status.as_u16())),
    }
}

async fn body(mut response: Response) -> Result<Bytes, JwksFetchError> {
    let body = read_body(&mut response, MAX_BYTES).await.map_err(http)?;
    body.ok_or(JwksFetchError::TooLarge)
}

/// Converts an error without the URL, which may contain a secret.
fn http(error: reqwest::Error) -> JwksFetchError {
    JwksFetchError::Http(error.without_url().into())
}

fn freshness(headers: &HeaderMap) -> Freshness {
    let control = headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok());
    let seconds = control.and_then(|control| {
        control.split(',').find_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok())
    });
    Freshness {
        etag: headers.get(header::ETAG).cloned(),
        max_age: seconds.map(Duration::from_secs),
    }
}

/// The maximum number of redirects that are followed.
const MAX_REDIRECTS: usize = 3;

/// Allows redirects only to the same kind of address, so that no redirect leads from TLS to the
/// machine's own ports.
pub(super) fn redirects(first: &Url) -> Policy {
    let scheme = first.scheme().to_owned();
    Policy::custom(move |attempt| {
        let is_same = attempt.url().scheme() == scheme && is_authentic(attempt.url());
        if is_same && attempt.previous().len() <= MAX_REDIRECTS {
            attempt.follow()
        } else {
            attempt.error("a redirect that is not followed")
        }
    })
}

/// The error for keys that could not be fetched, for operators.
#[derive(Debug)]
#[non_exhaustive]
pub enum JwksFetchError {
    /// The server could not be reached, was too slow, or redirected to a URL that is not followed.
    Http(BoxError),
    /// The server responded with another status than 200.
    Status(u16),
    /// The response is larger than 256 KiB.
    TooLarge,
    /// The response is not a key set with a usable key.
    Invalid,
}

impl fmt::Display for JwksFetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(_) => f.write_str("the key set could not be fetched"),
            Self::Status(status) => write!(f, "the key set's server answered {status}"),
            Self::TooLarge => f.write_str("the key set is larger than 256 KiB"),
            Self::Invalid => f.write_str("the answer is no key set with a key that can be used"),
        }
    }
}

impl Error for JwksFetchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Http(error) => Some(&**error),
            _ => None,
        }
    }
}

/// Logs a warning with the feature `tracing`; the default for failed fetches.
#[cfg(feature = "tracing")]
pub(super) fn warn(failure: &JwksFetchError) {
    let chain = crate::error::Chain::new(failure.source());
    tracing::warn!(target: "definable_errors", %chain, "{failure}");
}

#[cfg(not(feature = "tracing"))]
pub(super) const fn warn(_: &JwksFetchError) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_of_seconds() {
        let age = |text: &'static str| {
            let value = HeaderValue::from_static(text);
            freshness(&HeaderMap::from_iter([(header::CACHE_CONTROL, value)])).max_age
        };
        assert_eq!(age("public, max-age=600"), Some(Duration::from_secs(600)));
        for text in ["no-store", "max-age=soon", "max-age=-1", "s-maxage=600", ""] {
            assert_eq!(age(text), None, "{text}");
        }
    }
}
