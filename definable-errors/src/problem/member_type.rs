//! The JSON types of extension members, as constants.

use super::name;

/// A type whose JSON type is known, so that it can be an extension member of a problem type.
///
/// The derive asks the type of each `#[api(member)]` field for it and stores the answer in the
/// [`ProblemType`](super::ProblemType). Documentation and clients that are generated from problem
/// types then know every member.
///
/// It is implemented for numbers, texts, `Uuid`, addresses, `serde_json::Value`, and the `Option`s,
/// pointers, tuples and collections of such types. Implement it for a type of your own, with the
/// JSON type that its `Serialize` writes:
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use definable_errors::ApiError;
/// use definable_errors::problem::{JsonType, MemberType, ProblemTypes};
///
/// #[derive(Debug, serde::Serialize)]
/// struct OrderId(u64);
///
/// impl MemberType for OrderId {
///     const TYPE: JsonType = u64::TYPE;
/// }
///
/// #[derive(Debug, serde::Serialize)]
/// #[serde(rename_all = "lowercase")]
/// enum Carrier {
///     Dhl,
///     Ups,
/// }
///
/// impl MemberType for Carrier {
///     const TYPE: JsonType = JsonType::OneOf(&["dhl", "ups"]);
/// }
///
/// #[derive(Debug, thiserror::Error, ApiError)]
/// #[error("the order is on its way")]
/// #[api(status = 409)]
/// struct OrderShippedError {
///     #[api(member)]
///     order_id: OrderId,
///     #[api(member)]
///     carriers: Vec<Carrier>,
/// }
///
/// let order_shipped = OrderShippedError::TYPES.by_code("order_shipped");
/// let carriers = order_shipped.members()[1];
/// assert_eq!(carriers.name(), "carriers");
/// assert_eq!(carriers.json_type(), JsonType::Array(&JsonType::OneOf(&["dhl", "ups"])));
/// # let _ = OrderShippedError { order_id: OrderId(1), carriers: vec![Carrier::Dhl, Carrier::Ups] };
/// # }
/// ```
///
/// For a type of another crate, write the JSON type at the field: `#[api(member(type = "string"))]`.
#[diagnostic::on_unimplemented(
    message = "the JSON type of the member of type `{Self}` is not known",
    label = "add `member(type = \"…\")` to this field, or implement `MemberType` for `{Self}`",
    note = "at the field: `#[api(member(type = \"string\"))]`, or another JSON type",
    note = "for the type: `impl MemberType for {Self} {{ const TYPE: JsonType = JsonType::Text; }}`, \
            both of `definable_errors::problem`"
)]
pub trait MemberType {
    /// The JSON type of every value of this type.
    const TYPE: JsonType;
}

/// The type of a JSON value: what JSON Schema, OpenAPI 3.1 and TypeScript need to describe it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonType {
    /// Any value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// An integer between two bounds, both included; `None` is no bound.
    Integer {
        /// The smallest value.
        min: Option<i128>,
        /// The largest value.
        max: Option<i128>,
    },
    /// A number, whole or not.
    Number,
    /// A string.
    Text,
    /// A string in a format of JSON Schema, such as `uuid` or `date-time`.
    Format(&'static str),
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A value of the given type, or `null`.
    Nullable(&'static JsonType),
    /// An array whose items are of the given type.
    Array(&'static JsonType),
    /// An array of as many items as there are types, each of its own type.
    Tuple(&'static [JsonType]),
    /// An object with any keys, whose values are of the given type.
    Map(&'static JsonType),
    /// An object whose members are not described.
    Object,
}

impl JsonType {
    /// An integer without bounds.
    pub const INTEGER: Self = Self::Integer { min: None, max: None };

    /// Whether serde writes a value of this type as the key of an object.
    pub(super) const fn is_key(self) -> bool {
        !matches!(
            self,
            Self::Nullable(_) | Self::Array(_) | Self::Tuple(_) | Self::Map(_) | Self::Object
        )
    }
}

/// The name and the JSON type of an extension member, as a [`ProblemType`](super::ProblemType)
/// declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MemberSchema {
    name: &'static str,
    json_type: JsonType,
    is_required: bool,
}

impl MemberSchema {
    /// Creates the declaration of the member `name`.
    ///
    /// ```
    /// use definable_errors::problem::{ErrorStatus, MemberSchema, MemberType, ProblemType};
    ///
    /// static ORDER_PAID: ProblemType =
    ///     ProblemType::new("order_paid", ErrorStatus::CONFLICT, "Order already paid")
    ///         .with_members(&[MemberSchema::new("order_id", u64::TYPE)]);
    ///
    /// assert_eq!(ORDER_PAID.members()[0].name(), "order_id");
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `name` is shorter than three characters, has a character other than letters,
    /// digits and `_`, does not start with a letter, or is used by the body itself (RFC 9457 §3.2).
    /// In a constant, that does not compile.
    pub const fn new(name: &'static str, json_type: JsonType) -> Self {
        assert!(
            name::is_member(name),
            "a member is a letter, then letters, digits or _, three or more, and not reserved"
        );
        Self::checked(name, json_type)
    }

    /// Creates it without checks. Generated code checks the name itself: here it would cost compile
    /// time again.
    pub(super) const fn checked(name: &'static str, json_type: JsonType) -> Self {
        Self { name, json_type, is_required: false }
    }

    /// Declares that every problem of the type has this member.
    ///
    /// The derive declares its members so. Clients that are generated from a type check that such a
    /// member is there.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// Returns whether every problem of the type has this member.
    pub const fn is_required(&self) -> bool {
        self.is_required
    }

    /// Returns the name of the member.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the JSON type of its value.
    pub const fn json_type(&self) -> JsonType {
        self.json_type
    }
}
