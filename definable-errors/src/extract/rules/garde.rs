//! The wrapper of values whose rules `garde` derives.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Rules, Violations};

/// A value whose rules `garde` derives.
///
/// Clients do not see the wrapper: it is serialized and deserialized as the inner value. It exists
/// because no type may have its rules from two crates at once, and `validator` needs no such
/// wrapper.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{Garde, Json, Valid};
///
/// #[derive(serde::Deserialize, garde::Validate)]
/// struct Order {
///     #[garde(range(min = 1, max = 10))]
///     qty: u32,
/// }
///
/// async fn create(Valid(Json(Garde(order))): Valid<Json<Garde<Order>>>) -> String {
///     order.qty.to_string()
/// }
///
/// let app: Router = Router::new().route("/orders", post(create));
/// ```
///
/// For a single type, a line or two replace the wrapper, and let you add rules of your own:
///
/// ```
/// use definable_errors::extract::{Rules, Violations};
/// # #[derive(garde::Validate)] struct Order { #[garde(range(min = 1, max = 10))] qty: u32 }
///
/// impl Rules for Order {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations.check_garde(self, &());
///     }
/// }
/// ```
///
/// A rule that garde provides becomes a code with params. A custom one has only a message: its code
/// is `invalid`, and clients read the message, so never put the value in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Garde<T>(pub T);

impl<T: garde::Validate<Context = ()>> Rules for Garde<T> {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.check_garde(&self.0, &());
    }
}

impl<'c, T, C> Rules<&'c C> for Garde<T>
where
    T: garde::Validate<Context = C>,
{
    fn check(&self, context: &'c C, violations: &mut Violations<'_, &'c C>) {
        violations.check_garde(&self.0, context);
    }
}

impl<T: Serialize> Serialize for Garde<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Garde<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T> Deref for Garde<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Garde<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Garde<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}
