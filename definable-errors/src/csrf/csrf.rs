//! The guard against cross-site requests, on top of tower-http's.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, header};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_layer::Layer;
use tower_service::Service;

use crate::error::{ApiError, ApiFuture};
use crate::guard::{Guard, GuardService, Guards};
use crate::problem::{ErrorStatus, Problem, ProblemType, ProblemTypes, Types};
use crate::support::{Origin, OriginError};

/// A page of another site made the browser send the request.
pub static CROSS_SITE_REQUEST: ProblemType =
    ProblemType::new("cross_site_request", ErrorStatus::FORBIDDEN, "Cross-site request")
        .with_detail("The request was sent by a page of another site.")
        .with_documentation(
            "A page of another site made the browser send this request, with the user's cookies. \
             Nothing was done. Send it from a page of the service itself, or of an origin that the \
             service trusts.",
        );

/// The maximum length of a header in a note, in characters.
const MAX_NOTED: usize = 128;

/// A guard that rejects requests which a page of another site made a browser send: a layer, a
/// [`Guard`] for tuples of guards, and a setting of the stack.
///
/// Put it inside [`ApiErrorLayer`](crate::ApiErrorLayer). [`Exempt`](crate::guard::Exempt) excludes
/// paths to which other sites send forms on purpose:
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::csrf::Csrf;
/// use definable_errors::guard::Exempt;
///
/// let app: Router = Router::new()
///     .route("/login/saml", post(|| async { "verified by its signature" }))
///     .layer(Exempt::new(Csrf::new(), ["/login/saml"]));
/// # let _ = app;
/// ```
///
/// The [module](crate::csrf) describes which requests are admitted.
#[derive(Clone, Default)]
#[must_use = "a layer does nothing until it is added to a service"]
pub struct Csrf {
    origins: Arc<[Origin]>,
    /// Origins of another setting, by which this one decides.
    others: Option<Arc<IsTrusted>>,
}

type IsTrusted = dyn Fn(&HeaderValue) -> bool + Send + Sync;

impl Csrf {
    /// Trusts no origin but the service's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also trusts pages of these origins, each `scheme://host[:port]` as browsers send it.
    ///
    /// ```
    /// use definable_errors::csrf::Csrf;
    ///
    /// assert!(Csrf::new().trusted_origins(["https://app.example.com"]).is_ok());
    /// assert!(Csrf::new().trusted_origins(["*"]).is_err());
    /// assert!(Csrf::new().trusted_origins(["null"]).is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if an item is not an origin, or is `null` or `*`, which would trust every
    /// page of the web.
    pub fn trusted_origins<T: AsRef<str>>(
        self,
        origins: impl IntoIterator<Item = T>,
    ) -> Result<Self, OriginError> {
        let more = Origin::parse_all(origins)?;
        let origins = self.origins.iter().cloned().chain(more).collect();
        Ok(Self { origins, ..self })
    }

    /// Also trusts the origins for which `is_trusted` returns true.
    #[cfg(feature = "stack")]
    pub(crate) fn trusting(
        self,
        is_trusted: impl Fn(&HeaderValue) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { others: Some(Arc::new(is_trusted)), ..self }
    }

    fn trusts(&self, parts: &Parts) -> bool {
        let mut sent = parts.headers.get_all(header::ORIGIN).iter();
        let (Some(origin), None) = (sent.next(), sent.next()) else { return false };
        self.origins.iter().any(|known| known.is_sent(origin))
            || origin != "null" && self.others.as_ref().is_some_and(|trusts| trusts(origin))
    }

    fn check(&self, parts: &Parts) -> Result<(), ApiError> {
        if is_safe(&parts.method) || self.trusts(parts) {
            return Ok(());
        }
        decide(parts).map_err(|error| refusal(error, parts))
    }
}

/// The methods of [`Method::is_safe`] but TRACE, which no route should have.
fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::QUERY].contains(method)
}

/// Returns tower-http's decision on a request.
///
/// tower-http has it as a service alone, so that gets a copy of what it reads, in front of a service
/// that does nothing. It never waits.
fn decide(parts: &Parts) -> Result<(), ProtectionError> {
    let mut request = Request::new(());
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    for name in [header::HOST, header::ORIGIN, SEC_FETCH_SITE] {
        for value in parts.headers.get_all(&name) {
            request.headers_mut().append(&name, value.clone());
        }
    }
    let mut service = CsrfLayer::new().layer(Admitted);
    let response = pin!(service.call(request));
    match response.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => {
            response.extensions().get::<ProtectionError>().cloned().map_or(Ok(()), Err)
        }
        Poll::Pending => unreachable!("a decision on headers does not wait"),
    }
}

const SEC_FETCH_SITE: http::HeaderName = http::HeaderName::from_static("sec-fetch-site");

/// The service behind tower-http's layer.
#[derive(Debug, Clone, Copy)]
struct Admitted;

impl Service<Request<()>> for Admitted {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(())))
    }
}

fn refusal(error: ProtectionError, parts: &Parts) -> ApiError {
    let noted = |name: http::HeaderName| {
        let value = parts.headers.get(&name).map(HeaderValue::as_bytes).unwrap_or_default();
        String::from_utf8_lossy(value).chars().take(MAX_NOTED).collect::<String>()
    };
    let note = format!(
        "Origin: {:?}, Sec-Fetch-Site: {:?}, Host: {:?}",
        noted(header::ORIGIN),
        noted(SEC_FETCH_SITE),
        noted(header::HOST),
    );
    ApiError::unlocated(Problem::new(&CROSS_SITE_REQUEST)).with_source(error).with_note(note)
}

impl Guard for Csrf {
    type Permit = ();

    fn admit(&self, request: &mut Parts) -> ApiFuture<'static, ()> {
        ApiFuture::ready(self.check(request))
    }
}

impl<S> Layer<S> for Csrf {
    type Service = GuardService<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        self.clone().before(inner)
    }
}

impl ProblemTypes for Csrf {
    const TYPES: Types = Types { own: &[&CROSS_SITE_REQUEST], others: &[] };
}

impl fmt::Debug for Csrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Csrf").field("origins", &self.origins).finish_non_exhaustive()
    }
}
