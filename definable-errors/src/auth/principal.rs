use crate::context::Subject;

/// The identity of a caller: the type that a service puts into
/// [`Authenticated`](super::Authenticated).
///
/// ```
/// use definable_errors::auth::Principal;
/// use definable_errors::context::Subject;
///
/// struct User {
///     id: u64,
/// }
///
/// impl Principal for User {
///     fn subject(&self) -> Subject {
///         Subject::user(&self.id.to_string())
///     }
/// }
/// # assert_eq!(User { id: 7 }.subject().id(), "7");
/// ```
pub trait Principal: Send + Sync + 'static {
    /// Returns the subject for logs and rate limits.
    fn subject(&self) -> Subject;

    /// Returns whether the token was issued for this scope, if tokens have scopes.
    fn has_scope(&self, scope: &str) -> bool {
        let _ = scope;
        false
    }
}
