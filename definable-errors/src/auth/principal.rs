use crate::context::Subject;

/// Who a caller turned out to be: the type that a service puts into
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
    /// Who that is in the log and for limits.
    fn subject(&self) -> Subject;

    /// Whether the token was issued for this, where tokens have scopes.
    fn has_scope(&self, scope: &str) -> bool {
        let _ = scope;
        false
    }
}
