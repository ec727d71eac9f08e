use std::hash::Hash;

use http::request::Parts;

use super::super::{Identity, KeyHasher, KeySource};
use super::Address;
use crate::context::RequestContext;
use crate::error::ApiError;

/// Who asks: the [`Subject`](crate::context::Subject) that authentication found, or else the
/// address.
///
/// The limit stands further in than authentication
/// ([`guard::from_extractor`](crate::guard::from_extractor)): a subject is known only when its
/// token or API key was verified, so nobody uses up the quota of somebody else.
#[derive(Debug, Clone)]
pub struct Caller {
    address: Address,
}

impl Caller {
    /// Without a subject, the other end of the connection.
    pub const fn new() -> Self {
        Self { address: Address::peer() }
    }

    /// Without a subject, this address.
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
