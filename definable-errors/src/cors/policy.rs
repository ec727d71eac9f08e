use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;

use super::local;

const ASKS_PRIVATE: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOWS_PRIVATE: HeaderName = HeaderName::from_static("access-control-allow-private-network");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const ANY: HeaderValue = HeaderValue::from_static("*");
const VARY_ORIGIN: HeaderValue = HeaderValue::from_static("origin");
const VARY_ALL: HeaderValue = HeaderValue::from_static(
    "origin, access-control-request-method, access-control-request-headers",
);

/// What is answered, as header values that were written once: every request passes here.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) who: Who,
    pub(super) has_credentials: bool,
    pub(super) has_private_network: bool,
    pub(super) methods: HeaderValue,
    pub(super) allowed: HeaderValue,
    /// Kept to be added to.
    pub(super) allowed_names: Vec<HeaderName>,
    pub(super) exposed: HeaderValue,
    pub(super) exposed_names: Vec<HeaderName>,
    pub(super) max_age: HeaderValue,
}

/// Whose pages may read.
#[derive(Debug, Clone)]
pub(super) enum Who {
    Everybody,
    These(Vec<HeaderValue>),
    /// And what they ask for is what they may.
    Local,
}

impl Policy {
    /// The origin that the response is for.
    pub(super) fn allowed_origin(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        match &self.who {
            Who::Everybody => Some(ANY),
            Who::These(these) => origin.filter(|origin| these.contains(origin)).cloned(),
            Who::Local => origin.filter(|origin| local::is_local(origin)).cloned(),
        }
    }

    /// CO-2: what caches must know also of a response to nobody's page.
    fn write_vary(&self, headers: &mut HeaderMap, vary: HeaderValue) {
        if !matches!(self.who, Who::Everybody) {
            headers.append(header::VARY, vary);
        }
    }

    /// What every response bears but that to a preflight.
    pub(super) fn write(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        self.write_vary(headers, VARY_ORIGIN);
        if let Some(origin) = origin {
            self.write_origin(origin, headers);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, self.exposed.clone());
        }
    }

    fn write_origin(&self, origin: HeaderValue, headers: &mut HeaderMap) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if self.has_credentials {
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        }
    }

    /// The answer to a preflight, which has no body.
    pub(super) fn preflight(&self, request: &Parts) -> HeaderMap {
        let asked = &request.headers;
        let mut headers = HeaderMap::with_capacity(8);
        let is_mirror = matches!(self.who, Who::Local);
        self.write_vary(&mut headers, if is_mirror { VARY_ALL } else { VARY_ORIGIN });
        let Some(origin) = self.allowed_origin(asked.get(header::ORIGIN)) else {
            return headers;
        };
        self.write_origin(origin, &mut headers);
        let mirrored = |name, own: &HeaderValue| match asked.get(name).filter(|_| is_mirror) {
            Some(asked) => asked.clone(),
            None => own.clone(),
        };
        let methods = mirrored(header::ACCESS_CONTROL_REQUEST_METHOD, &self.methods);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        let allowed = mirrored(header::ACCESS_CONTROL_REQUEST_HEADERS, &self.allowed);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, self.max_age.clone());
        if self.has_private_network && asked.get(ASKS_PRIVATE) == Some(&TRUE) {
            headers.insert(ALLOWS_PRIVATE, TRUE);
        }
        headers
    }
}

/// Names in one field, separated by commas.
pub(super) fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> HeaderValue {
    let names: Vec<_> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    HeaderValue::try_from(names.join(",")).expect("names of methods and headers are ASCII")
}
