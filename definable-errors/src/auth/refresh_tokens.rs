use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::refresh_record::{Lifetimes, RefreshOutcome};
use super::{RefreshRecord, RefreshState, RefreshStore, RefreshToken, Rotation, random};
use crate::context::{Clock, DefaultClock};
use crate::error::ApiError;
use crate::problem::{INVALID_TOKEN, Level, Problem, ProblemType};

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
            family: uuid::Builder::from_random_bytes(random::bytes()?).into_uuid(),
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
