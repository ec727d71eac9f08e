//! The HTTP client for calls to a provider: it follows no redirect, reads at most 64 KiB, and has
//! timeouts.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, Response, StatusCode};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::OAuthProviderError;
use super::provider_error::{ErrorResponse, Kind};
use crate::error::retry_after;
use crate::support::{RootCertificates, TlsError, http_client, read_body};

const MAX_BYTES: usize = 64 * 1024;

/// The time for a connection, within the time of a whole call.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A client for the endpoints of one provider.
#[derive(Debug, Clone)]
pub(super) struct HttpClient {
    client: Client,
}

/// A failed call, and the wait that the provider asked for.
#[derive(Debug)]
pub(super) struct CallError {
    pub(super) error: OAuthProviderError,
    pub(super) wait: Option<Duration>,
}

impl CallError {
    pub(super) fn new(kind: Kind) -> Self {
        Self { error: OAuthProviderError::new(kind), wait: None }
    }
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for CallError {}

impl HttpClient {
    /// Builds a client that can call all these URLs.
    pub(super) fn new<'a>(
        timeout: Duration,
        roots: &RootCertificates,
        urls: impl IntoIterator<Item = &'a Url>,
    ) -> Result<Self, TlsError> {
        let has_tls = urls.into_iter().any(|url| url.scheme() == "https");
        let builder = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .timeout(timeout);
        let client = if has_tls {
            http_client(builder, "https", roots)?
        } else {
            // This machine is not accessed through a proxy.
            http_client(builder.no_proxy(), "http", roots)?
        };
        Ok(Self { client })
    }

    /// Sends a request, and returns a response that may be one of OAuth: any body of a 2xx or a 4xx,
    /// and of other statuses one that is an OAuth error.
    pub(super) async fn call(&self, request: HttpRequest) -> Result<HttpResponse, CallError> {
        let request = reqwest::Request::try_from(request).map_err(transport)?;
        let mut response = self.client.execute(request).await.map_err(transport)?;
        let body = read_body(&mut response, MAX_BYTES).await.map_err(transport)?;
        let body = body.ok_or_else(|| CallError::new(Kind::TooLarge))?;
        let (status, headers) = (response.status(), response.headers());
        if !is_answer(status) && as_error(&body).is_none() {
            let wait = wait(headers);
            return Err(CallError { wait, ..CallError::new(Kind::Status(status)) });
        }
        let mut answer = Response::new(body.to_vec());
        *answer.status_mut() = status;
        *answer.headers_mut() = headers.clone();
        Ok(answer)
    }

    /// Sends a request to an endpoint whose only success is a 200, and returns the body of that.
    pub(super) async fn call_for_ok(&self, request: HttpRequest) -> Result<Vec<u8>, CallError> {
        let response = self.call(request).await?;
        match response.status() {
            StatusCode::OK => Ok(response.into_body()),
            status => Err(CallError::new(Kind::Status(status))),
        }
    }
}

fn is_answer(status: StatusCode) -> bool {
    status.is_success() || status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS
}

/// Parses an error response, whatever its status: some providers answer 200 with an error.
pub(super) fn as_error(body: &[u8]) -> Option<ErrorResponse> {
    serde_json::from_slice(body).ok()
}

fn wait(headers: &HeaderMap) -> Option<Duration> {
    headers
        .get(RETRY_AFTER)
        .and_then(retry_after)
        .map(|seconds| Duration::from_secs(seconds.into()))
}

/// Converts an error without the URL, which may contain a secret.
fn transport(error: reqwest::Error) -> CallError {
    CallError::new(Kind::Transport(error.without_url()))
}

/// The client for oauth2, in place of reqwest with defaults.
impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = CallError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.call(request))
    }
}
