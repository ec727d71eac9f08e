use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use http::Method;

use super::service::{Audience, Inner};
use super::{UpstreamBuilder, UpstreamPath, UpstreamRequest};
use crate::breaker::CircuitState;
use crate::context::RequestContext;
use crate::problem::{
    CIRCUIT_OPEN, DEADLINE_EXCEEDED, INTERNAL_ERROR, ProblemTypes, SERVICE_UNAVAILABLE, Types,
    UPSTREAM_FAILED, UPSTREAM_TIMEOUT,
};

/// A client for one other service. The [module](crate::upstream) shows how to use it.
///
/// It is cheap to clone; all clones share their connections, the retry budget and the circuit
/// breaker. Create one for each service when the program starts, and keep it in the state.
#[derive(Clone)]
pub struct Upstream(pub(super) Arc<Inner>);

impl Upstream {
    /// Returns a builder for the client of a service of your own organization. `name` is for logs,
    /// and `base_url` what all paths are appended to, such as `https://payments.internal/v1`.
    ///
    /// Each call sends the correlation id, the trace and the remaining time of the request that
    /// caused it.
    pub fn builder(
        name: impl Into<Cow<'static, str>>,
        base_url: impl Into<String>,
    ) -> UpstreamBuilder {
        UpstreamBuilder::new(name.into(), base_url.into(), Audience::Internal)
    }

    /// Returns a builder for the client of a service of others. It gets neither ids nor trace nor
    /// deadline: they are of no use there, and say something about your callers.
    pub fn external(
        name: impl Into<Cow<'static, str>>,
        base_url: impl Into<String>,
    ) -> UpstreamBuilder {
        UpstreamBuilder::new(name.into(), base_url.into(), Audience::External)
    }

    /// Starts a request. `context` is that of the request that causes the call; outside of any
    /// request it is `None`. `path` is appended to the base URL ([`UpstreamPath`]).
    pub fn request<'c>(
        &self,
        method: Method,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        UpstreamRequest::new(self.0.clone(), method, context.into().cloned(), path.encoded())
    }

    /// Starts a GET; see [`request`](Self::request).
    pub fn get<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::GET, context, path)
    }

    /// Starts a POST; see [`request`](Self::request).
    pub fn post<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::POST, context, path)
    }

    /// Starts a PUT; see [`request`](Self::request).
    pub fn put<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::PUT, context, path)
    }

    /// Starts a PATCH; see [`request`](Self::request).
    pub fn patch<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::PATCH, context, path)
    }

    /// Starts a DELETE; see [`request`](Self::request).
    pub fn delete<'c>(
        &self,
        context: impl Into<Option<&'c RequestContext>>,
        path: impl UpstreamPath,
    ) -> UpstreamRequest {
        self.request(Method::DELETE, context, path)
    }

    /// Returns the name of the service.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the state of the circuit breaker, for health checks. It calls nothing.
    ///
    /// A service that is ready only if another one answers reports so by it:
    ///
    /// ```
    /// use definable_errors::upstream::{CircuitState, Upstream};
    ///
    /// let payments = Upstream::builder("payments", "http://127.0.0.1:9").build()?;
    /// assert_eq!(payments.circuit(), CircuitState::Closed);
    /// # Ok::<_, definable_errors::upstream::UpstreamBuildError>(())
    /// ```
    pub fn circuit(&self) -> CircuitState {
        self.0.breaker.state(Instant::now())
    }
}

/// The problem types of a failed call, without those of a mapping.
impl ProblemTypes for Upstream {
    const TYPES: Types = Types {
        own: &[
            &UPSTREAM_FAILED,
            &UPSTREAM_TIMEOUT,
            &SERVICE_UNAVAILABLE,
            &CIRCUIT_OPEN,
            &DEADLINE_EXCEEDED,
            &INTERNAL_ERROR,
        ],
        others: &[],
    };
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("name", &self.0.name)
            .field("base_url", &self.0.base.as_str())
            .field("circuit", &self.circuit())
            .finish_non_exhaustive()
    }
}
