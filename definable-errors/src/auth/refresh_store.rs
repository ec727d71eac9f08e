use super::{RefreshRecord, Rotation, SecretDigest};
use crate::error::ApiFuture;

/// Keeps refresh tokens by their digests.
///
/// ```sql
/// CREATE TABLE refresh_tokens (
///     digest BLOB PRIMARY KEY, family BLOB NOT NULL, subject TEXT NOT NULL,
///     started_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL
/// );
/// ```
///
/// Keep a used token until its family has ended: it is how a theft is noticed.
pub trait RefreshStore: Send + Sync + 'static {
    /// Adds the first token of a login.
    fn insert(&self, record: RefreshRecord) -> ApiFuture<'_, ()>;

    /// Finds a token and, in the same transaction, where [`Rotation::of`] makes a record of it,
    /// marks it used and adds that record. Answers with the token as it was found.
    ///
    /// Of two requests with one token, only one may find it fresh.
    fn rotate<'a>(
        &'a self,
        digest: &'a SecretDigest,
        successor: Rotation,
    ) -> ApiFuture<'a, Option<RefreshRecord>>;

    /// Revokes every token of the family that this token belongs to. One that is unknown has none.
    fn revoke<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, ()>;
}
