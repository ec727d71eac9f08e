use std::hash::Hash;

use http::request::Parts;

use super::KeyHasher;
use crate::error::ApiError;

/// A source that identifies the client of a request.
///
/// A closure that returns anything hashable is a key source, and so is a tuple of up to four
/// sources, all of which have to identify the client:
///
/// ```
/// use definable_errors::rate_limit::{Address, Quota, RateLimit, Route};
/// use http::request::Parts;
///
/// let tenant = |request: &Parts| request.headers.get("x-tenant").cloned();
/// let limit = RateLimit::new((Route, tenant), Quota::per_second(10));
/// let others = RateLimit::new((Route, Address::peer()), Quota::per_second(1));
/// # let _ = (limit, others);
/// ```
///
/// A value that a client chooses freely, such as an unverified header, must not be a key: each new
/// value would have a quota of its own.
pub trait KeySource: Send + Sync + 'static {
    /// Writes what distinguishes the client from others into the key. What was written counts only
    /// if the source identifies the client; a source that combines others calls them through
    /// [`KeyHasher::identify`].
    ///
    /// # Errors
    ///
    /// Returns an error if the client cannot be identified and the request is to be rejected.
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError>;

    /// Tries another source if this one does not identify the client. What this one wrote until
    /// then is not part of the key.
    fn or<K: KeySource>(self, other: K) -> Or<Self, K>
    where
        Self: Sized,
    {
        Or { first: self, second: other }
    }
}

/// The result of a [`KeySource`]: whether it identified the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a key source knows the client or does not")]
pub enum Identity {
    /// The key identifies one client.
    Known,
    /// The client is unknown; the request is not counted unless another source identifies it.
    Unknown,
}

impl<F, T> KeySource for F
where
    F: Fn(&Parts) -> Option<T> + Send + Sync + 'static,
    T: Hash,
{
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        let Some(client) = self(request) else { return Ok(Identity::Unknown) };
        client.hash(key);
        Ok(Identity::Known)
    }
}

/// A key source that tries a second one if the first does not identify the client; returned by
/// [`KeySource::or`].
#[derive(Debug, Clone, Copy)]
pub struct Or<A, B> {
    first: A,
    second: B,
}

impl<A: KeySource, B: KeySource> KeySource for Or<A, B> {
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
        match key.identify(&self.first, request)? {
            Identity::Known => Ok(Identity::Known),
            Identity::Unknown => self.second.identify(request, key),
        }
    }
}

macro_rules! tuples {
    ($($source:ident)+) => {
        impl<$($source: KeySource),+> KeySource for ($($source,)+) {
            #[expect(non_snake_case, reason = "the sources are named like their types")]
            fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError> {
                let ($($source,)+) = self;
                $(
                    if $source.identify(request, key)? == Identity::Unknown {
                        return Ok(Identity::Unknown);
                    }
                )+
                Ok(Identity::Known)
            }
        }
    };
}

tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
