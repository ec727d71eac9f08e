//! Extension traits for those who call reqwest themselves.

use std::borrow::Cow;
use std::future::Future;
use std::panic::Location;

use reqwest::Response;

use super::UpstreamMap;
use super::answer::{into_error, is_failure, transport_error};
use super::error::Call;
use crate::error::ApiError;
use crate::support::redact_url;

/// An extension trait that converts errors of reqwest; requires the feature `upstream`.
///
/// | what failed | becomes |
/// |---|---|
/// | DNS, the connection, TLS, an answer that is cut off or is not HTTP | 502 `upstream_failed` |
/// | a timeout | 504 `upstream_timeout` |
/// | the status, by `error_for_status` | as [the table](crate::upstream#what-a-failure-becomes) says |
/// | the body, which is not what it was decoded as | 502 `upstream_failed` |
/// | the request, which could not be built | 500 `internal_error` |
///
/// The name of the service, its URL without secrets and the causes are logged, and never sent.
///
/// ```
/// use definable_errors::upstream::{UpstreamExt, reqwest_client};
/// # async fn example() {
/// let client = reqwest_client(|client| client).unwrap();
/// // Nothing listens on this port.
/// let result = client.get("http://127.0.0.1:9/orders?key=hunter2").send().await;
/// let error = result.or_upstream("orders").unwrap_err();
/// assert_eq!(error.problem().code(), "upstream_failed");
/// let chain = error.chain().to_string();
/// assert!(chain.starts_with("upstream orders: http://127.0.0.1:9/orders?[redacted]: "));
/// assert!(chain.contains("refused") && !chain.contains("hunter2"));
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example());
/// ```
///
/// Implemented for the `Result` of reqwest; it cannot be implemented elsewhere.
pub trait UpstreamExt<T>: sealed::Sealed {
    /// Converts the error; `name` is that of the service, for operators.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_upstream(self, name: impl Into<Cow<'static, str>>) -> Result<T, ApiError>;
}

/// An extension trait that converts failed responses; requires the feature `upstream`.
///
/// In place of reqwest's `error_for_status`, it decodes the problem of the response for operators,
/// passes on `Retry-After`, and lets a [map](UpstreamMap) decide.
///
/// Implemented for the `Response` of reqwest; it cannot be implemented elsewhere.
pub trait UpstreamResponseExt: sealed::Sealed + Sized {
    /// Returns the response if its status is a success, else converts it; `name` is that of the
    /// service, for operators.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if the status is a failure.
    #[track_caller]
    fn or_upstream_status(
        self,
        name: impl Into<Cow<'static, str>>,
    ) -> impl Future<Output = Result<Self, ApiError>> + Send {
        self.or_upstream_status_with(name, UpstreamMap::new())
    }

    /// Does the same as [`or_upstream_status`](Self::or_upstream_status), with problem types of
    /// your own.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if the status is a failure.
    #[track_caller]
    fn or_upstream_status_with(
        self,
        name: impl Into<Cow<'static, str>>,
        map: UpstreamMap,
    ) -> impl Future<Output = Result<Self, ApiError>> + Send;
}

mod sealed {
    pub trait Sealed {}

    impl<T> Sealed for Result<T, reqwest::Error> {}
    impl Sealed for reqwest::Response {}
}

impl<T> UpstreamExt<T> for Result<T, reqwest::Error> {
    fn or_upstream(self, name: impl Into<Cow<'static, str>>) -> Result<T, ApiError> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => {
                let target = error.url().map(|url| redact_url(url.as_str()));
                let call = Call { name: name.into(), target, attempts: 1 };
                Err(transport_error(error, call).with_location(Location::caller()))
            }
        }
    }
}

impl UpstreamResponseExt for Response {
    fn or_upstream_status_with(
        self,
        name: impl Into<Cow<'static, str>>,
        map: UpstreamMap,
    ) -> impl Future<Output = Result<Self, ApiError>> + Send {
        let (name, location) = (name.into(), Location::caller());
        async move {
            if !is_failure(self.status()) {
                return Ok(self);
            }
            let target = Some(redact_url(self.url().as_str()));
            let call = Call { name, target, attempts: 1 };
            Err(into_error(self, call, &[&map]).await.with_location(location))
        }
    }
}
