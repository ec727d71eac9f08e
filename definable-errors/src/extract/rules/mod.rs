//! What a value must keep to besides its type: the trait, what it tells, and the adapters.

mod async_rules;
mod bounds;
mod broken_rule;
mod broken_rules;
mod findings;
#[cfg(feature = "garde")]
mod garde;
#[cfg(feature = "garde")]
mod garde_notes;
#[cfg(all(test, feature = "garde"))]
mod garde_tests;
mod length;
mod path;
mod rule;
#[cfg(test)]
mod tests;
#[cfg(feature = "validator")]
mod validator;
#[cfg(all(test, feature = "validator"))]
mod validator_tests;

pub use self::async_rules::AsyncRules;
pub(super) use self::bounds::Bounds;
pub use self::broken_rule::BrokenRule;
pub use self::broken_rules::BrokenRules;
pub(super) use self::findings::Findings;
#[cfg(feature = "garde")]
pub use self::garde::Garde;
pub(super) use self::rule::Rule;

/// What a value must keep to besides its type.
///
/// Write it by hand, derive `validator::Validate` (feature `validator`), or derive
/// `garde::Validate` and wrap the value in `Garde` (feature `garde`). [`Valid`](super::Valid) checks
/// it, and [`ValidWith`](super::ValidWith) does when the rules need a context: then it is
/// `Rules<&Context>`.
///
/// ```
/// use definable_errors::extract::{BrokenRules, Rules};
///
/// struct Order {
///     qty: u32,
///     note: String,
/// }
///
/// impl Rules for Order {
///     fn check(&self, _: (), broken: &mut BrokenRules<'_>) {
///         if !(1..=10).contains(&self.qty) {
///             broken.field("qty").range(1..=10);
///         }
///         if self.note.contains("DROP TABLE") {
///             broken.field("note").rule("no_sql", "must not be SQL");
///         }
///     }
/// }
/// ```
///
/// Rules also run on a value that is partly invented, when another part of it has the wrong type.
/// What they say about an invented part is dropped.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules to be checked with `{C}`",
    label = "`Valid` does not know what to check",
    note = "write `impl Rules for` your type (`Rules<&Context>` for `ValidWith`)",
    note = "or derive `validator::Validate` and switch the feature `validator` on",
    note = "or derive `garde::Validate`, switch the feature `garde` on and wrap the type in `Garde`"
)]
pub trait Rules<C = ()> {
    /// Tells every rule that the value breaks.
    fn check(&self, context: C, broken: &mut BrokenRules<'_>);
}
