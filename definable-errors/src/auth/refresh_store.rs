use super::{RefreshRecord, Rotation, SecretDigest};
use crate::error::ApiFuture;

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
