use std::future::Future;

use super::Violations;
use crate::error::ApiError;

/// Rules that need I/O, such as a database query that finds out whether a name is taken.
///
/// [`ValidAsync`](super::super::ValidAsync) checks them, after the [`Rules`](super::Rules) and only
/// if nothing is wrong so far.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::extract::{AsyncRules, Rules, Violations};
///
/// struct NewTeam {
///     name: String,
/// }
///
/// impl Rules for NewTeam {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations.field("name", &self.name).length(1..);
///     }
/// }
///
/// # struct Teams;
/// # impl Teams { async fn has(&self, _: &str) -> Result<bool, ApiError> { Ok(true) } }
/// impl AsyncRules<Teams> for NewTeam {
///     async fn check_async(&self, teams: &Teams, violations: &mut Violations<'_>) -> Result<(), ApiError> {
///         if teams.has(&self.name).await? {
///             violations.report("name").duplicate();
///         }
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules that ask `{S}`",
    label = "`ValidAsync` does not know what to ask",
    note = "write `impl AsyncRules<State> for` your type, with the state of the router"
)]
pub trait AsyncRules<S> {
    /// Reports every rule that the value breaks.
    ///
    /// # Errors
    ///
    /// Returns an error if the rules could not be checked: the request fails with that error, not
    /// with a violation.
    fn check_async(
        &self,
        state: &S,
        violations: &mut Violations<'_>,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;
}
