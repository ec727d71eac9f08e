use std::hash::Hash;

use http::HeaderName;
use http::request::Parts;

use super::super::{Identity, KeyHasher, KeySource};
use crate::error::ApiError;

/// A key source that uses the value of a header field, such as an API key that a gateway verified.
/// The value is hashed and not stored.
///
/// A request without the field, or with several of them, is not counted unless [another
/// source](KeySource::or) identifies the client. An unverified field must not be a key: a client
/// would have a quota for each value that it makes up. For API keys that this service verifies, use
/// [`Caller`](super::Caller).
#[derive(Debug, Clone)]
pub struct HeaderField(HeaderName);

impl HeaderField {
    /// Creates a source that uses the field `name`.
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
