//! The keys that clients are counted under, and the sources that they come from.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use http::request::Parts;
use siphasher::sip::SipHasher13;

use crate::error::ApiError;

/// The key of a client: a keyed hash, of 128 bits if several processes count together, and of 64
/// bits for counts of one process. It does not reveal who the client is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    high: u64,
    low: u64,
}

impl Key {
    /// Creates a key from 16 bytes, for tests of a store.
    #[expect(clippy::cast_possible_truncation, reason = "the low half is what is asked for")]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        let bits = u128::from_be_bytes(bytes);
        Self { high: (bits >> 64) as u64, low: bits as u64 }
    }

    /// Returns all 128 bits, for a store that keeps keys elsewhere.
    pub const fn to_bytes(self) -> [u8; 16] {
        (((self.high as u128) << 64) | self.low as u128).to_be_bytes()
    }

    pub(super) const fn high(self) -> u64 {
        self.high
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:016x}{:016x})", self.high, self.low)
    }
}

/// The secret that keys are hashed with. Anyone who knows it can guess addresses from keys, and
/// choose addresses that crowd each other out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeySeed {
    secret: [u64; 2],
    is_shared: bool,
}

impl KeySeed {
    /// Creates a seed that differs in each process, for counts that stay in the process.
    pub fn random() -> Self {
        // Both are random numbers from the operating system, spread by the standard library's
        // hasher.
        let secret = [1, 2].map(|number: u64| RandomState::new().hash_one(number));
        Self { secret, is_shared: false }
    }

    /// Creates a seed that is the same wherever the secret is the same, for counts that processes
    /// share.
    pub fn from_secret(secret: &[u8]) -> Self {
        let mut hasher = SipHasher13::new();
        hasher.write(secret);
        Self { secret: [hasher.finish(), finish_again(hasher)], is_shared: true }
    }

    /// Hashes any value into a key, for code that calls a store without a limit, as tests do.
    pub fn key_of(self, client: &(impl Hash + ?Sized)) -> Key {
        let mut hasher = self.hasher();
        client.hash(&mut hasher);
        hasher.key()
    }

    pub(super) fn hasher(self) -> KeyHasher {
        let [first, second] = self.secret;
        KeyHasher { hasher: SipHasher13::new_with_keys(first, second), is_shared: self.is_shared }
    }
}

/// The secret is not printed.
impl fmt::Debug for KeySeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySeed")
    }
}

/// A hasher for what distinguishes one client from another. What is written is hashed and
/// discarded.
#[derive(Debug, Clone)]
pub struct KeyHasher {
    hasher: SipHasher13,
    is_shared: bool,
}

impl KeyHasher {
    /// Calls a source. What the source wrote is discarded unless it identified the client.
    ///
    /// A source that combines others calls each of them through this method, so that a source that
    /// gave up after it had begun to write leaves no part of a key behind.
    ///
    /// # Errors
    ///
    /// Returns the error of the source if it fails.
    pub fn identify<K: KeySource + ?Sized>(
        &mut self,
        source: &K,
        request: &Parts,
    ) -> Result<Identity, ApiError> {
        let mut attempt = self.clone();
        let identity = source.identify(request, &mut attempt)?;
        if identity == Identity::Known {
            *self = attempt;
        }
        Ok(identity)
    }

    #[inline]
    pub(super) fn key(&self) -> Key {
        let low = if self.is_shared { finish_again(self.hasher) } else { 0 };
        Key { high: self.hasher.finish(), low }
    }
}

/// Computes a second hash of the same input followed by one more byte.
fn finish_again(mut hasher: SipHasher13) -> u64 {
    hasher.write_u8(0xff);
    hasher.finish()
}

/// Numbers have methods of their own, which cost half as much as hashing their bytes.
impl Hasher for KeyHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.hasher.write_u8(number);
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.hasher.write_u32(number);
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.hasher.write_u64(number);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.hasher.write_usize(number);
    }

    fn finish(&self) -> u64 {
        self.hasher.finish()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: KeySeed, bytes: &[u8]) -> Key {
        let mut hasher = seed.hasher();
        hasher.write(bytes);
        hasher.key()
    }

    #[test]
    fn the_same_secret_gives_the_same_keys_and_another_does_not() {
        let [one, other] = [&b"one"[..], b"other"].map(KeySeed::from_secret);
        assert_eq!(key(one, b"a"), key(KeySeed::from_secret(b"one"), b"a"));
        assert_ne!(key(one, b"a"), key(one, b"b"));
        assert_ne!(key(one, b"a"), key(other, b"a"));
        assert_ne!(KeySeed::random(), KeySeed::random());
    }

    #[test]
    fn a_key_is_all_of_its_hash() {
        let key = Key { high: 1, low: 2 };
        assert_eq!(key.to_bytes(), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(Key::from_bytes(key.to_bytes()), key);
        assert_eq!(format!("{key:?}"), "Key(00000000000000010000000000000002)");
    }
}
