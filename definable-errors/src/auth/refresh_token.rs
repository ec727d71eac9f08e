//! Refresh tokens, and what is stored of them.

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::SecretDigest;
use super::secret_digest::random_bytes;
use crate::error::ApiError;

/// An opaque refresh token: 256 random bits in 43 base64url characters.
///
/// Its `Debug` output does not contain the token; a store keeps its [`digest`](Self::digest).
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct RefreshToken(String);

impl RefreshToken {
    /// The number of characters of a token.
    pub const LENGTH: usize = 43;

    pub(super) fn generate() -> Result<Self, ApiError> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?)))
    }

    /// Parses a presented token; returns `None` if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// Returns the token, for the one response that contains it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the digest that a store keeps.
    pub fn digest(&self) -> SecretDigest {
        SecretDigest::sha256(&self.0)
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

/// A refresh token as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshRecord {
    /// The digest of the token.
    pub digest: SecretDigest,
    /// The id of the family: all tokens that came from one login.
    pub family: Uuid,
    /// The subject that logged in.
    pub subject: String,
    /// The time of the login.
    pub started_at: SystemTime,
    /// The time when the token expires.
    pub expires_at: SystemTime,
    /// The state of the token.
    pub state: RefreshState,
}

/// The state of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store that does not know a state would lose it")]
pub enum RefreshState {
    /// The token can be used once.
    Fresh,
    /// The token was exchanged for its successor.
    Used,
    /// The token's family was revoked.
    Revoked,
}

/// The outcome for a presented token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefreshOutcome {
    /// The token is exchanged for its successor.
    Good,
    /// The token was used before: one of its two holders stole it, and it is unknown which.
    Reused,
    /// The token has expired or was revoked.
    Over,
}

impl RefreshRecord {
    pub(super) fn outcome(&self, now: SystemTime) -> RefreshOutcome {
        match self.state {
            // Whether or not it has expired, somebody has kept a copy.
            RefreshState::Used => RefreshOutcome::Reused,
            RefreshState::Fresh if now < self.expires_at => RefreshOutcome::Good,
            RefreshState::Fresh | RefreshState::Revoked => RefreshOutcome::Over,
        }
    }
}

/// The rotation of a token to its successor.
#[derive(Debug, Clone, Copy)]
pub struct Rotation {
    pub(super) digest: SecretDigest,
    pub(super) now: SystemTime,
    pub(super) lifetimes: Lifetimes,
}

impl Rotation {
    /// Returns the record that follows the given one, or `None` if that one cannot be exchanged.
    pub fn successor(&self, record: &RefreshRecord) -> Option<RefreshRecord> {
        if record.outcome(self.now) != RefreshOutcome::Good {
            return None;
        }
        Some(RefreshRecord {
            digest: self.digest,
            expires_at: self.lifetimes.end(record.started_at, self.now),
            ..record.clone()
        })
    }
}

/// The lifetimes of tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetimes {
    /// The lifetime of a token that is not used.
    pub(super) idle: Duration,
    /// The lifetime of a login, however often its token is exchanged.
    pub(super) login: Duration,
}

impl Lifetimes {
    pub(super) fn end(self, started_at: SystemTime, now: SystemTime) -> SystemTime {
        later(now, self.idle).min(later(started_at, self.login))
    }
}

/// Adds as much of a duration to a time as the system's times can represent. A lifetime that ends
/// after that practically never ends.
fn later(time: SystemTime, mut duration: Duration) -> SystemTime {
    loop {
        if let Some(later) = time.checked_add(duration) {
            return later;
        }
        duration /= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_43_characters_of_base64url() {
        let (one, two) = (RefreshToken::generate().unwrap(), RefreshToken::generate().unwrap());
        assert!(one != two && one.as_str().len() == RefreshToken::LENGTH);
        assert_eq!(RefreshToken::parse(one.as_str()), Some(one));
        let twin = format!("{}B", "A".repeat(42));
        for text in
            ["", "a.b.c", &"A".repeat(42), &"A".repeat(44), &twin, &format!("{}=", "A".repeat(42))]
        {
            assert_eq!(RefreshToken::parse(text), None, "{text}");
        }
    }

    const DAY: Duration = Duration::from_secs(86_400);
    const START: SystemTime = SystemTime::UNIX_EPOCH;

    fn record(state: RefreshState) -> RefreshRecord {
        RefreshRecord {
            digest: SecretDigest::sha256("one"),
            family: Uuid::nil(),
            subject: "7".into(),
            started_at: START,
            expires_at: START + DAY,
            state,
        }
    }

    fn rotation(now: SystemTime) -> Rotation {
        let lifetimes = Lifetimes { idle: DAY, login: 3 * DAY };
        Rotation { digest: SecretDigest::sha256("two"), now, lifetimes }
    }

    #[test]
    fn a_fresh_token_is_exchanged_until_it_ends() {
        let fresh = record(RefreshState::Fresh);
        let next = rotation(START + DAY / 2).successor(&fresh).unwrap();
        assert_eq!((next.digest, next.state), (SecretDigest::sha256("two"), RefreshState::Fresh));
        assert_eq!((next.expires_at, &*next.subject), (START + DAY + DAY / 2, "7"));
        assert_eq!(rotation(START + DAY).successor(&fresh), None);
        assert_eq!(fresh.outcome(START + DAY), RefreshOutcome::Over);
    }

    #[test]
    fn a_used_token_is_a_theft_even_when_it_is_old() {
        for now in [START, START + 9 * DAY] {
            let used = record(RefreshState::Used);
            assert_eq!(
                (used.outcome(now), rotation(now).successor(&used)),
                (RefreshOutcome::Reused, None)
            );
        }
        assert_eq!(record(RefreshState::Revoked).outcome(START), RefreshOutcome::Over);
    }

    #[test]
    fn a_lifetime_longer_than_times_reach_is_a_long_one() {
        for (idle, login) in [(Duration::MAX, Duration::MAX), (Duration::MAX, 9 * DAY)] {
            let lifetimes = Lifetimes { idle, login };
            assert!(lifetimes.end(START, START + DAY) >= START + 9 * DAY);
        }
        let end = later(START, Duration::MAX);
        assert_eq!(later(end, Duration::ZERO), end);
        assert!(later(end, Duration::MAX) >= end);
    }

    #[test]
    fn no_login_lasts_forever() {
        let mut token = record(RefreshState::Fresh);
        for half_days in 1..=6 {
            let now = START + half_days * DAY / 2;
            match rotation(now).successor(&token) {
                Some(next) => token = next,
                None => assert_eq!((half_days, token.expires_at), (6, START + 3 * DAY)),
            }
        }
    }
}
