use std::hash::Hash;

use http::request::Parts;

use super::KeyHasher;
use crate::error::ApiError;

/// Tells one client from another.
///
/// A closure that returns anything hashable is one, and so is a tuple of up to four, of which all
/// have to know the client:
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
/// What a client chooses freely, such as a header that nobody verified, is no key: each new value
/// would have a quota of its own.
pub trait KeySource: Send + Sync + 'static {
    /// Writes into the key what distinguishes the client from others. What was written counts only if
    /// the source knows the client; a source that is made of others calls them through
    /// [`KeyHasher::identify`].
    ///
    /// # Errors
    ///
    /// When that cannot be found out and the request is to be refused.
    fn identify(&self, request: &Parts, key: &mut KeyHasher) -> Result<Identity, ApiError>;

    /// Tries another source if this one does not know the client. What this one wrote until then is
    /// no part of the key.
    fn or<K: KeySource>(self, other: K) -> Or<Self, K>
    where
        Self: Sized,
    {
        Or { first: self, second: other }
    }
}

/// Whether a [`KeySource`] knows the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The key is that of one client.
    Known,
    /// It is not; the request is not counted, unless another source knows it.
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

/// What [`KeySource::or`] makes.
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
