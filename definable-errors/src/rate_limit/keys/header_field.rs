use std::hash::Hash;

use http::HeaderName;
use http::request::Parts;

use super::super::{Identity, KeyHasher, KeySource};
use crate::error::ApiError;

/// The value of a header field, such as an API key that a gateway verified. It is hashed and not
/// kept.
///
/// A request without the field, or with several, is not counted unless
/// [another source](KeySource::or) knows the client. A field that nobody verified is no key at all:
/// a client would have a quota for each value that it makes up. For API keys that this service
/// verifies, [`Caller`](super::Caller) is right.
#[derive(Debug, Clone)]
pub struct HeaderField(HeaderName);

impl HeaderField {
    /// The field of this name.
    pub const fn new(name: HeaderName) -> Self {
        Self(name)
    }
}

impl KeySource for HeaderField {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        let mut values = request.headers.get_all(&self.0).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Ok(Identity::Unknown);
        };
        value.as_bytes().hash(key);
        Ok(Identity::Known)
    }
}
