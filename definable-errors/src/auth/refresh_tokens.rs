use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::refresh_record::{Lifetimes, RefreshOutcome};
use super::{
    Clock, DefaultClock, RefreshRecord, RefreshState, RefreshStore, RefreshToken, Rotation, random,
};
use crate::error::ApiError;
use crate::problem::{INVALID_TOKEN, Level, Problem, ProblemType};

/// The same to the client; operators should look.
static REUSED_TOKEN: ProblemType = INVALID_TOKEN.with_level(Level::Warn);

/// Refresh tokens that are used once, and notice when somebody stole one (RFC 9700 §4.14.2).
///
/// A login [`issue`](Self::issue)s a family; every [`rotate`](Self::rotate) gives the next token
/// of it. Whoever presents a token a second time ends the family, for thief and owner alike. Two
/// requests of one client with the same token at the same time count as that, too: a client
/// exchanges one at a time.
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
pub struct RefreshTokens {
    store: Arc<dyn RefreshStore>,
    lifetimes: Lifetimes,
    clock: Arc<dyn Clock>,
}

impl RefreshTokens {
    /// Tokens that end after 30 days without use, and a login after 90 days.
    pub fn new(store: impl RefreshStore) -> Self {
        const DAY: u64 = 24 * 60 * 60;
        let lifetimes =
            Lifetimes { idle: Duration::from_secs(30 * DAY), login: Duration::from_secs(90 * DAY) };
        Self { store: Arc::new(store), lifetimes, clock: Arc::new(DefaultClock) }
    }

    /// How long a token lives that is not used.
    pub const fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.idle = lifetime;
        self
    }

    /// How long a login lasts, however often its token is exchanged.
    pub const fn login_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.login = lifetime;
        self
    }

    /// What time it is; a test gives its own.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The first token of a login.
    ///
    /// # Errors
    ///
    /// What the store fails with.
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

    /// The next token, for one that was not used yet.
    ///
    /// # Errors
    ///
    /// 401 `invalid_token` for a token that is unknown, over, revoked or was used before; the last
    /// also revokes its family. What the store fails with.
    pub async fn rotate(&self, presented: &str) -> Result<Refreshed, ApiError> {
        let presented = RefreshToken::parse(presented);
        let presented = presented.ok_or_else(|| refused("the refresh token is malformed"))?;
        let (digest, token, now) =
            (presented.digest(), RefreshToken::generate()?, self.clock.now());
        let successor = Rotation { digest: token.digest(), now, lifetimes: self.lifetimes };
        let found = self.store.rotate(&digest, successor).await?;
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

    /// Ends the login of a token. One that is unknown has none.
    ///
    /// # Errors
    ///
    /// What the store fails with.
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

/// Whose token was exchanged, and for which one.
#[derive(Debug, Clone)]
pub struct Refreshed {
    subject: String,
    family: Uuid,
    token: RefreshToken,
}

impl Refreshed {
    /// Whose login it is.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Which login it is.
    pub const fn family(&self) -> Uuid {
        self.family
    }

    /// The next token.
    pub const fn token(&self) -> &RefreshToken {
        &self.token
    }
}
