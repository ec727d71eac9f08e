//! Single-use refresh tokens, and the store in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use uuid::Uuid;

use super::refresh_token::{Lifetimes, RefreshOutcome};
use super::secret_digest::random_bytes;
use super::{RefreshRecord, RefreshState, RefreshToken, Rotation, SecretDigest};
use crate::context::{Clock, DefaultClock};
use crate::error::{ApiError, ApiFuture};
use crate::problem::{INVALID_TOKEN, Level, Problem, ProblemType};
use crate::support::lock;

/// The same problem to the client, but with a level that alerts operators.
static REUSED_TOKEN: ProblemType = INVALID_TOKEN.with_level(Level::Warn);

/// Single-use refresh tokens with detection of stolen ones (RFC 9700 §4.14.2).
///
/// A login [`issue`](Self::issue)s a family; every [`rotate`](Self::rotate) returns the next token
/// of it. Presenting a token a second time revokes the family, for thief and owner alike. Two
/// concurrent requests of one client with the same token count as that, too: a client must exchange
/// its tokens one at a time.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use definable_errors::auth::{MemoryRefreshStore, RefreshTokens};
///
/// let tokens = RefreshTokens::new(MemoryRefreshStore::new(10_000));
/// let first = tokens.issue("user 7").await?;
/// let refreshed = tokens.rotate(first.as_str()).await?;
/// assert_eq!(refreshed.subject(), "user 7");
///
/// let stolen = tokens.rotate(first.as_str()).await.unwrap_err();
/// assert_eq!(stolen.problem().code(), "invalid_token");
/// assert!(tokens.rotate(refreshed.token().as_str()).await.is_err());
/// # Ok::<(), definable_errors::ApiError>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
#[must_use]
pub struct RefreshTokens {
    store: Arc<dyn RefreshStore>,
    lifetimes: Lifetimes,
    clock: Arc<dyn Clock>,
}

impl RefreshTokens {
    /// Creates refresh tokens that are stored in `store`. A token expires after 30 days without
    /// use, and a login after 90 days.
    pub fn new(store: impl RefreshStore) -> Self {
        const DAY: u64 = 24 * 60 * 60;
        let lifetimes =
            Lifetimes { idle: Duration::from_secs(30 * DAY), login: Duration::from_secs(90 * DAY) };
        Self { store: Arc::new(store), lifetimes, clock: Arc::new(DefaultClock) }
    }

    /// Sets the lifetime of a token that is not used.
    pub const fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.idle = lifetime;
        self
    }

    /// Sets the lifetime of a login, however often its token is exchanged.
    pub const fn login_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.login = lifetime;
        self
    }

    /// Sets the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Issues the first token of a login.
    ///
    /// # Errors
    ///
    /// Returns the error of the store if it fails.
    pub async fn issue(&self, subject: &str) -> Result<RefreshToken, ApiError> {
        let (token, now) = (RefreshToken::generate()?, self.clock.now());
        let record = RefreshRecord {
            digest: token.digest(),
            family: uuid::Builder::from_random_bytes(random_bytes()?).into_uuid(),
            subject: subject.to_owned(),
            started_at: now,
            expires_at: self.lifetimes.end(now, now),
            state: RefreshState::Fresh,
        };
        self.store.insert(record).await?;
        Ok(token)
    }

    /// Exchanges an unused token for the next one.
    ///
    /// # Errors
    ///
    /// Returns 401 `invalid_token` for a token that is unknown, expired, revoked or was used
    /// before; the last also revokes its family. Returns the error of the store if it fails.
    pub async fn rotate(&self, presented: &str) -> Result<Refreshed, ApiError> {
        let presented = RefreshToken::parse(presented);
        let presented = presented.ok_or_else(|| refused("the refresh token is malformed"))?;
        let (digest, token, now) =
            (presented.digest(), RefreshToken::generate()?, self.clock.now());
        let rotation = Rotation { digest: token.digest(), now, lifetimes: self.lifetimes };
        let found = self.store.rotate(&digest, rotation).await?;
        let found = found.ok_or_else(|| refused("the refresh token is unknown"))?;
        match found.outcome(now) {
            RefreshOutcome::Good => {
                Ok(Refreshed { subject: found.subject, family: found.family, token })
            }
            RefreshOutcome::Over => Err(refused("the refresh token is expired or revoked")),
            RefreshOutcome::Reused => {
                self.store.revoke(&digest).await?;
                Err(ApiError::unlocated(Problem::new(&REUSED_TOKEN))
                    .with_note("a refresh token was used twice: its family is revoked"))
            }
        }
    }

    /// Ends the login of a token. An unknown token has no login.
    ///
    /// # Errors
    ///
    /// Returns the error of the store if it fails.
    pub async fn revoke(&self, presented: &str) -> Result<(), ApiError> {
        match RefreshToken::parse(presented) {
            Some(token) => self.store.revoke(&token.digest()).await,
            None => Ok(()),
        }
    }
}

fn refused(note: &'static str) -> ApiError {
    ApiError::unlocated(Problem::new(&INVALID_TOKEN)).with_note(note)
}

impl fmt::Debug for RefreshTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshTokens").field("lifetimes", &self.lifetimes).finish_non_exhaustive()
    }
}

/// The result of an exchange: the login and the next token.
#[derive(Debug, Clone)]
#[must_use = "the old token can no longer be used"]
pub struct Refreshed {
    subject: String,
    family: Uuid,
    token: RefreshToken,
}

impl Refreshed {
    /// Returns the subject that logged in.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns the id of the login.
    pub const fn family(&self) -> Uuid {
        self.family
    }

    /// Returns the next token.
    pub const fn token(&self) -> &RefreshToken {
        &self.token
    }
}

/// A store of refresh tokens, by their digests.
///
/// ```sql
/// CREATE TABLE refresh_tokens (
///     digest BLOB PRIMARY KEY, family BLOB NOT NULL, subject TEXT NOT NULL,
///     started_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL
/// );
/// ```
///
/// Keep a used token until its family has expired, because that is how a theft is noticed.
pub trait RefreshStore: Send + Sync + 'static {
    /// Inserts the first token of a login.
    fn insert(&self, record: RefreshRecord) -> ApiFuture<'_, ()>;

    /// Finds a token and, if [`Rotation::successor`] returns one, marks the token as used and
    /// inserts its successor in the same transaction. Returns the token as it was found.
    ///
    /// Of two requests with the same token, only one may find it fresh.
    fn rotate<'a>(
        &'a self,
        digest: &'a SecretDigest,
        rotation: Rotation,
    ) -> ApiFuture<'a, Option<RefreshRecord>>;

    /// Revokes every token of the family that this token belongs to. An unknown token has no
    /// family.
    fn revoke<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, ()>;
}

/// A store of refresh tokens in memory, for tests and for services whose users may log in again
/// after a restart.
///
/// It holds at most `capacity` tokens. Beyond that it discards expired tokens first, then those
/// that expire first; the theft of a discarded token goes unnoticed.
#[must_use]
pub struct MemoryRefreshStore {
    records: Mutex<HashMap<SecretDigest, RefreshRecord>>,
    capacity: usize,
    clock: Box<dyn Clock>,
}

impl MemoryRefreshStore {
    /// Creates a store of `capacity` tokens, at least one.
    pub fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self { records: Mutex::default(), capacity, clock: Box::new(DefaultClock) }
    }

    /// Sets the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    fn records(&self) -> MutexGuard<'_, HashMap<SecretDigest, RefreshRecord>> {
        lock(&self.records)
    }

    fn add(&self, records: &mut HashMap<SecretDigest, RefreshRecord>, record: RefreshRecord) {
        if records.len() >= self.capacity {
            self.discard(records);
        }
        records.insert(record.digest, record);
    }

    /// Discards an eighth of the tokens at once, so that a full store does not scan all of them for
    /// every login.
    fn discard(&self, records: &mut HashMap<SecretDigest, RefreshRecord>) {
        let now = self.clock.now();
        records.retain(|_, record| record.expires_at > now);
        let kept = self.capacity - self.capacity.div_ceil(8);
        if records.len() <= kept {
            return;
        }
        let mut ends: Vec<_> =
            records.values().map(|record| (record.expires_at, record.digest)).collect();
        ends.sort_by_key(|(end, _)| *end);
        for (_, digest) in &ends[..records.len() - kept] {
            records.remove(digest);
        }
    }
}

impl RefreshStore for MemoryRefreshStore {
    fn insert(&self, record: RefreshRecord) -> ApiFuture<'_, ()> {
        self.add(&mut self.records(), record);
        ApiFuture::ready(Ok(()))
    }

    fn rotate<'a>(
        &'a self,
        digest: &'a SecretDigest,
        rotation: Rotation,
    ) -> ApiFuture<'a, Option<RefreshRecord>> {
        let mut records = self.records();
        let found = records.get(digest).cloned();
        if let Some(next) = found.as_ref().and_then(|found| rotation.successor(found)) {
            if let Some(used) = records.get_mut(digest) {
                used.state = RefreshState::Used;
            }
            self.add(&mut records, next);
        }
        ApiFuture::ready(Ok(found))
    }

    fn revoke<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, ()> {
        let mut records = self.records();
        if let Some(family) = records.get(digest).map(|record| record.family) {
            for record in records.values_mut().filter(|record| record.family == family) {
                record.state = RefreshState::Revoked;
            }
        }
        ApiFuture::ready(Ok(()))
    }
}

impl fmt::Debug for MemoryRefreshStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRefreshStore")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use uuid::Uuid;

    use super::*;

    fn record(number: u64, expires_at: SystemTime) -> RefreshRecord {
        RefreshRecord {
            digest: SecretDigest::sha256(&number.to_string()),
            family: Uuid::nil(),
            subject: "7".into(),
            started_at: SystemTime::UNIX_EPOCH,
            expires_at,
            state: RefreshState::Fresh,
        }
    }

    #[test]
    fn expired_token_is_discarded_by_the_clock_of_the_store() {
        let hour = Duration::from_secs(3600);
        let store = MemoryRefreshStore::new(2).clock(move || SystemTime::UNIX_EPOCH + hour);
        let ends = [hour / 2, 3 * hour, 2 * hour];
        for (number, end) in (0..).zip(ends) {
            store.add(&mut store.records(), record(number, SystemTime::UNIX_EPOCH + end));
        }
        let left = [0, 1, 2].map(|number: u64| {
            store.records().contains_key(&SecretDigest::sha256(&number.to_string()))
        });
        assert_eq!(left, [false, true, true]);
    }

    #[test]
    fn token_that_expires_first_is_discarded_first() {
        let store = MemoryRefreshStore::new(16);
        let now = SystemTime::now();
        for number in 0..100_u64 {
            let record = record(number, now + Duration::from_secs(1000 + number));
            store.add(&mut store.records(), record);
            assert!(store.records().len() <= 16);
        }
        assert!(store.records().contains_key(&SecretDigest::sha256("99")));
        assert!(!store.records().contains_key(&SecretDigest::sha256("0")));
    }
}
