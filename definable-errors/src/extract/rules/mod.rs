//! Rules that a value must satisfy besides its type, and the adapters for `validator` and `garde`.
//!
//! ```
//! use definable_errors::extract::{Rules, Violations};
//!
//! struct Booking {
//!     guest_name: String,
//!     start: u32,
//!     end: u32,
//!     rooms: Vec<Room>,
//!     address: Option<Address>,
//! }
//! # struct Room { beds: u8 }
//! # struct Address { country: String }
//!
//! impl Rules for Booking {
//!     fn check(&self, _: (), violations: &mut Violations<'_>) {
//!         violations.field("guest_name", &self.guest_name).length(1..=80);
//!         violations.field("start", &self.start).range(1..=365);
//!         violations.field("rooms", &self.rooms).length(1..=4).each(); // every room's own rules
//!         violations.field("address", &self.address).nested(); // the address's own rules
//!         if self.end < self.start {
//!             violations.report("end").code("after_start").detail("must be after `start`");
//!         }
//!     }
//! }
//! # impl Rules for Room {
//! #     fn check(&self, _: (), violations: &mut Violations<'_>) {
//! #         violations.field("beds", &self.beds).range(1..);
//! #     }
//! # }
//! # impl Rules for Address {
//! #     fn check(&self, _: (), violations: &mut Violations<'_>) {
//! #         violations.field("country", &self.country).one_of(["DE", "FR"]);
//! #     }
//! # }
//! ```
//!
//! [`Violations::field`] returns a [`Checker`] for a field. Each of its methods checks a rule and
//! reports a violation if the value fails it:
//!
//! | rule | fits | code |
//! |---|---|---|
//! | [`required`](Checker::required) | `Option`s, texts, collections | `required` |
//! | [`range`](Checker::range) | numbers | `range` |
//! | [`length`](Checker::length) | texts (characters) and collections (items) | `length` |
//! | [`one_of`](Checker::one_of) | texts and integers | `one_of` |
//! | [`nested`](Checker::nested) | values with `Rules` | those of its rules |
//! | [`each`](Checker::each) | lists, sets and maps of values with `Rules` | those of their rules |
//! | [`each_with`](Checker::each_with) | lists, sets and maps of any values | those of the given rules |
//!
//! A rule on a type that it does not fit does not compile. `None` satisfies every rule but
//! `required`. What no built-in rule can check is reported with [`Violations::report`] for a field,
//! and [`Violations::report_value`] for the value as a whole.
//!
//! After 1,000 violations no other rule is checked. A rule that holds allocates nothing.

mod checker;
mod checks;
#[cfg(feature = "garde")]
mod garde;
#[cfg(feature = "garde")]
mod garde_rules;
#[cfg(all(test, feature = "garde"))]
mod garde_tests;
mod rule;
#[cfg(test)]
mod tests;
#[cfg(feature = "validator")]
mod validator;
#[cfg(all(test, feature = "validator"))]
mod validator_tests;
mod violation_builder;
mod violations;

pub use self::checker::Checker;
pub use self::checks::{
    CheckEach, CheckItems, CheckLength, CheckNested, CheckOneOf, CheckRange, CheckRequired,
};
#[cfg(feature = "garde")]
pub use self::garde::Garde;
pub(super) use self::rule::{Bounds, Rule};
pub use self::violation_builder::ViolationBuilder;
pub(super) use self::violations::ViolationList;
pub use self::violations::Violations;
use crate::error::ApiError;

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
///         violations.field("qty", &self.qty).range(1..=10);
///         if self.note.contains("DROP TABLE") {
///             violations.report("note").code("no_sql").detail("must not be SQL");
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
    /// Checks the rules and reports each that the value violates.
    fn check(&self, context: C, violations: &mut Violations<'_, C>);
}

/// Rules that need I/O, such as a database query that finds out whether a name is taken.
///
/// [`ValidAsync`](super::ValidAsync) checks them, after the [`Rules`] and only
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
