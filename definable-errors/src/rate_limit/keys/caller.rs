use std::hash::Hash;

use http::request::Parts;

use super::super::{Identity, KeyHasher, KeySource};
use super::Address;
use crate::context::RequestContext;
use crate::error::ApiError;

/// The caller: the [`Subject`](crate::context::Subject) that authentication found, or else the
/// address.
///
/// The limit belongs further in than authentication
/// ([`guard::from_extractor`](crate::guard::from_extractor)): a subject is known only after its
/// token or API key was verified, so no client can use up the quota of another.
#[derive(Debug, Clone)]
pub struct Caller {
    address: Address,
}

impl Caller {
    /// Creates a source that falls back to the address of the connection's peer if there is no
    /// subject.
    pub const fn new() -> Self {
        Self { address: Address::peer() }
    }

    /// Creates a source that falls back to `address` if there is no subject.
    pub const fn or_address(address: Address) -> Self {
        Self { address }
    }
}

impl Default for Caller {
    fn default() -> Self {
        Self::new()
    }
}

impl KeySource for Caller {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        let context = request.extensions.get::<RequestContext>();
        let Some(subject) = context.and_then(RequestContext::subject) else {
            return self.address.identify(request, key);
        };
        subject.kind().as_str().hash(key);
        subject.id().hash(key);
        Ok(Identity::Known)
    }
}
