//! Rules that a value must satisfy besides its type: the trait, the collector, and the adapters.

mod async_rules;
mod bounds;
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
mod violation_builder;
mod violation_list;
mod violations;

pub use self::async_rules::AsyncRules;
pub(super) use self::bounds::Bounds;
#[cfg(feature = "garde")]
pub use self::garde::Garde;
pub(super) use self::rule::Rule;
pub use self::violation_builder::ViolationBuilder;
pub(super) use self::violation_list::ViolationList;
pub use self::violations::Violations;

/// The rules that a value must satisfy besides its type.
///
/// Implement it by hand, derive `validator::Validate` (feature `validator`), or derive
/// `garde::Validate` and wrap the value in `Garde` (feature `garde`). [`Valid`](super::Valid)
/// checks the rules, and so does [`ValidWith`](super::ValidWith) if they need a context: then the
/// trait is `Rules<&Context>`.
///
/// ```
/// use definable_errors::extract::{Rules, Violations};
///
/// struct Order {
///     qty: u32,
///     note: String,
/// }
///
/// impl Rules for Order {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         if !(1..=10).contains(&self.qty) {
///             violations.field("qty").range(1..=10);
///         }
///         if self.note.contains("DROP TABLE") {
///             violations.field("note").rule("no_sql", "must not be SQL");
///         }
///     }
/// }
/// ```
///
/// Rules also run on a value that has placeholders, if another part of it has the wrong type. What
/// they report about a placeholder is dropped.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules to be checked with `{C}`",
    label = "`Valid` does not know what to check",
    note = "write `impl Rules for` your type (`Rules<&Context>` for `ValidWith`)",
    note = "or derive `validator::Validate` and switch the feature `validator` on",
    note = "or derive `garde::Validate`, switch the feature `garde` on and wrap the type in `Garde`"
)]
pub trait Rules<C = ()> {
    /// Reports every rule that the value breaks.
    fn check(&self, context: C, violations: &mut Violations<'_>);
}
