//! Which rule fits which type. All traits are sealed: a rule on a type that it does not fit does
//! not
//! compile, and the message names the types that it fits.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num;
use std::sync::Arc;

use serde_json::Value;

use super::{Checker, Rules, Violations};

pub trait Sealed {}

/// A type that [`Checker::range`](super::Checker::range) fits: numbers, and `Option`s of them.
#[diagnostic::on_unimplemented(
    message = "the rule `range` does not fit `{Self}`",
    label = "`{Self}` is not a number",
    note = "`range` fits integers, `f32` and `f64`, and `Option`s of them",
    note = "`length` checks how long a text or a collection is; `report` reports any other rule"
)]
pub trait CheckRange: Sealed {
    /// The type of the bounds.
    type Number: PartialOrd;

    #[doc(hidden)]
    fn number(&self) -> Option<Self::Number>;

    #[doc(hidden)]
    fn param(bound: &Self::Number) -> Value;
}

/// A type that [`Checker::length`](super::Checker::length) fits: texts and collections, and
/// `Option`s of them.
#[diagnostic::on_unimplemented(
    message = "the rule `length` does not fit `{Self}`",
    label = "`{Self}` is neither a text nor a collection",
    note = "`length` fits the texts `str`, `String` and `Cow<str>`, slices and the collections of \
            `std`, and `Option`s of them",
    note = "`range` checks numbers; `report` reports any other rule"
)]
pub trait CheckLength: Sealed {
    #[doc(hidden)]
    const IS_TEXT: bool;

    #[doc(hidden)]
    fn length(&self) -> Option<usize>;
}

/// A type that [`Checker::required`](super::Checker::required) fits: `Option`s, texts and
/// collections.
#[diagnostic::on_unimplemented(
    message = "the rule `required` does not fit `{Self}`",
    label = "`{Self}` cannot be missing or empty",
    note = "`required` fits `Option`s, the texts `str`, `String` and `Cow<str>`, slices and the \
            collections of `std`"
)]
pub trait CheckRequired: Sealed {
    #[doc(hidden)]
    fn is_missing(&self) -> bool;
}

/// A type that [`Checker::one_of`](super::Checker::one_of) fits: texts and integers, and `Option`s
/// of them.
#[diagnostic::on_unimplemented(
    message = "the rule `one_of` does not fit `{Self}` with expected values of type `{V}`",
    label = "`{Self}` cannot be compared with `{V}`",
    note = "`one_of` fits the texts `str`, `String` and `Cow<str>` with expected texts, integers \
            with expected integers of the same type, and `Option`s of them"
)]
pub trait CheckOneOf<V>: Sealed {
    #[doc(hidden)]
    fn is_one_of(&self, expected: impl Iterator<Item = V>) -> bool;
}

/// A type that [`Checker::each`](super::Checker::each) fits: lists, sets and maps of values with
/// [`Rules`], and `Option`s of them.
#[diagnostic::on_unimplemented(
    message = "the rule `each` does not fit `{Self}`",
    label = "`{Self}` has no items to be checked",
    note = "`each` fits slices, arrays, the lists and sets of `std`, its maps whose keys are texts, \
            and `Option`s of them",
    note = "`nested` checks the rules of a single value"
)]
pub trait CheckEach<C>: Sealed {
    #[doc(hidden)]
    fn check_each(&self, violations: &mut Violations<'_, C>);
}

/// A type that [`Checker::each_with`](super::Checker::each_with) fits: lists, sets and maps, and
/// `Option`s of them.
#[diagnostic::on_unimplemented(
    message = "the rule `each_with` does not fit `{Self}`",
    label = "`{Self}` has no items to be checked",
    note = "`each_with` fits slices, arrays, the lists and sets of `std`, its maps whose keys are \
            texts, and `Option`s of them"
)]
pub trait CheckItems: Sealed {
    /// The type of the items of a list or a set, and of the values of a map.
    type Item;

    #[doc(hidden)]
    fn check_items<C: Copy>(
        &self,
        violations: &mut Violations<'_, C>,
        check: impl FnMut(&mut Checker<'_, Self::Item, C>),
    );
}

/// A type that [`Checker::nested`](super::Checker::nested) fits: one with [`Rules`], and `Option`s
/// and boxes of it.
///
/// `M` is inferred. It separates the implementations, because an adapter could give rules to an
/// `Option` itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules to be checked with `{C}`",
    label = "`nested` does not know what to check",
    note = "write `impl Rules for` the type (`Rules<&Context>` for `ValidWith`)",
    note = "`each` checks the items of a list and the values of a map"
)]
pub trait CheckNested<C, M> {
    #[doc(hidden)]
    fn check_nested(&self, violations: &mut Violations<'_, C>);
}

/// Marks the types that have rules themselves.
#[derive(Debug)]
pub struct Direct;

/// Marks the types that contain one with rules.
#[derive(Debug)]
pub struct Inside<M>(std::marker::PhantomData<M>);

impl<T: Rules<C>, C: Copy> CheckNested<C, Direct> for T {
    fn check_nested(&self, violations: &mut Violations<'_, C>) {
        violations.check(self);
    }
}

impl<T: CheckNested<C, M>, C, M> CheckNested<C, Inside<M>> for Option<T> {
    fn check_nested(&self, violations: &mut Violations<'_, C>) {
        if let Some(value) = self {
            value.check_nested(violations);
        }
    }
}

impl<T: CheckNested<C, M>, C, M> CheckNested<C, Inside<M>> for Box<T> {
    fn check_nested(&self, violations: &mut Violations<'_, C>) {
        T::check_nested(self, violations);
    }
}

macro_rules! numbers {
    ($param:expr => $($number:ty)*) => {$(
        impl Sealed for $number {}

        impl CheckRange for $number {
            type Number = $number;

            fn number(&self) -> Option<$number> {
                Some(*self)
            }

            fn param(bound: &$number) -> Value {
                $param(*bound)
            }
        }
    )*};
}

/// Returns a bound of 128 bits; the digits as a text if it does not fit into a JSON number of
/// `serde_json`.
fn wide<N: Copy + ToString + TryInto<u64> + TryInto<i64>>(bound: N) -> Value {
    let unsigned = TryInto::<u64>::try_into(bound).map(Value::from);
    unsigned
        .or_else(|_| TryInto::<i64>::try_into(bound).map(Value::from))
        .unwrap_or_else(|_| Value::String(bound.to_string()))
}

macro_rules! integers {
    ($param:expr => $($number:ident $non_zero:ident)*) => {$(
        numbers!($param => $number);

        impl CheckOneOf<$number> for $number {
            fn is_one_of(&self, mut expected: impl Iterator<Item = $number>) -> bool {
                expected.any(|expected| expected == *self)
            }
        }

        impl Sealed for num::$non_zero {}

        impl CheckRange for num::$non_zero {
            type Number = $number;

            fn number(&self) -> Option<$number> {
                Some(self.get())
            }

            fn param(bound: &$number) -> Value {
                $param(*bound)
            }
        }
    )*};
}

macro_rules! texts {
    ($($text:ty)*) => {$(
        impl Sealed for $text {}

        impl CheckLength for $text {
            const IS_TEXT: bool = true;

            fn length(&self) -> Option<usize> {
                Some(self.chars().count())
            }
        }

        impl CheckRequired for $text {
            fn is_missing(&self) -> bool {
                self.is_empty()
            }
        }

        impl<V: AsRef<str>> CheckOneOf<V> for $text {
            fn is_one_of(&self, mut expected: impl Iterator<Item = V>) -> bool {
                let text: &str = self;
                expected.any(|expected| expected.as_ref() == text)
            }
        }
    )*};
}

macro_rules! collections {
    ($([$($parameter:ident),*] $collection:ty)*) => {$(
        impl<$($parameter),*> Sealed for $collection {}

        impl<$($parameter),*> CheckLength for $collection {
            const IS_TEXT: bool = false;

            fn length(&self) -> Option<usize> {
                Some(self.len())
            }
        }

        impl<$($parameter),*> CheckRequired for $collection {
            fn is_missing(&self) -> bool {
                self.is_empty()
            }
        }
    )*};
}

macro_rules! lists {
    ($([$($parameter:ident),*] $list:ty)*) => {$(
        impl<T: Rules<C>, C: Copy, $($parameter),*> CheckEach<C> for $list {
            fn check_each(&self, violations: &mut Violations<'_, C>) {
                violations.check_items(self);
            }
        }

        impl<T, $($parameter),*> CheckItems for $list {
            type Item = T;

            fn check_items<C: Copy>(
                &self,
                violations: &mut Violations<'_, C>,
                mut check: impl FnMut(&mut Checker<'_, T, C>),
            ) {
                violations.each_item(self, |mut at, item| check(&mut at.value(item)));
            }
        }
    )*};
}

macro_rules! maps {
    ($([$($parameter:ident),*] $map:ty)*) => {$(
        impl<K: AsRef<str>, T: Rules<C>, C: Copy, $($parameter),*> CheckEach<C> for $map {
            fn check_each(&self, violations: &mut Violations<'_, C>) {
                violations.check_entries(self);
            }
        }

        impl<K: AsRef<str>, T, $($parameter),*> CheckItems for $map {
            type Item = T;

            fn check_items<C: Copy>(
                &self,
                violations: &mut Violations<'_, C>,
                mut check: impl FnMut(&mut Checker<'_, T, C>),
            ) {
                violations.each_entry(self, |mut at, value| check(&mut at.value(value)));
            }
        }
    )*};
}

/// What points to a value is checked as the value is.
macro_rules! pointers {
    ($($pointer:ty)*) => {$(
        impl<T: Sealed + ?Sized> Sealed for $pointer {}

        impl<T: CheckRange + ?Sized> CheckRange for $pointer {
            type Number = T::Number;

            fn number(&self) -> Option<T::Number> {
                T::number(self)
            }

            fn param(bound: &T::Number) -> Value {
                T::param(bound)
            }
        }

        impl<T: CheckLength + ?Sized> CheckLength for $pointer {
            const IS_TEXT: bool = T::IS_TEXT;

            fn length(&self) -> Option<usize> {
                T::length(self)
            }
        }

        impl<T: CheckRequired + ?Sized> CheckRequired for $pointer {
            fn is_missing(&self) -> bool {
                T::is_missing(self)
            }
        }

        impl<V, T: CheckOneOf<V> + ?Sized> CheckOneOf<V> for $pointer {
            fn is_one_of(&self, expected: impl Iterator<Item = V>) -> bool {
                T::is_one_of(self, expected)
            }
        }

        impl<C, T: CheckEach<C> + ?Sized> CheckEach<C> for $pointer {
            fn check_each(&self, violations: &mut Violations<'_, C>) {
                T::check_each(self, violations);
            }
        }

        impl<T: CheckItems + ?Sized> CheckItems for $pointer {
            type Item = T::Item;

            fn check_items<C: Copy>(
                &self,
                violations: &mut Violations<'_, C>,
                check: impl FnMut(&mut Checker<'_, T::Item, C>),
            ) {
                T::check_items(self, violations, check);
            }
        }
    )*};
}

integers!(Value::from => u8 NonZeroU8 u16 NonZeroU16 u32 NonZeroU32 u64 NonZeroU64);
integers!(Value::from => i8 NonZeroI8 i16 NonZeroI16 i32 NonZeroI32 i64 NonZeroI64);
integers!(Value::from => usize NonZeroUsize isize NonZeroIsize);
integers!(wide => u128 NonZeroU128 i128 NonZeroI128);
numbers!(Value::from => f32 f64);
texts!(str String Cow<'_, str>);
collections!([T] [T] [T] Vec<T> [T] VecDeque<T> [T] BTreeSet<T> [K, V] BTreeMap<K, V>);
collections!([T, S] HashSet<T, S> [K, V, S] HashMap<K, V, S>);
lists!([] [T] [] Vec<T> [] VecDeque<T> [] BTreeSet<T> [S] HashSet<T, S>);
maps!([] BTreeMap<K, T> [S] HashMap<K, T, S>);
pointers!(&T Box<T> Arc<T>);

impl<T, const N: usize> Sealed for [T; N] {}

impl<T: Rules<C>, C: Copy, const N: usize> CheckEach<C> for [T; N] {
    fn check_each(&self, violations: &mut Violations<'_, C>) {
        violations.check_items(self);
    }
}

impl<T, const N: usize> CheckItems for [T; N] {
    type Item = T;

    fn check_items<C: Copy>(
        &self,
        violations: &mut Violations<'_, C>,
        check: impl FnMut(&mut Checker<'_, T, C>),
    ) {
        self.as_slice().check_items(violations, check);
    }
}

impl<T> Sealed for Option<T> {}

impl<T: CheckRange> CheckRange for Option<T> {
    type Number = T::Number;

    fn number(&self) -> Option<T::Number> {
        self.as_ref().and_then(T::number)
    }

    fn param(bound: &T::Number) -> Value {
        T::param(bound)
    }
}

impl<T: CheckLength> CheckLength for Option<T> {
    const IS_TEXT: bool = T::IS_TEXT;

    fn length(&self) -> Option<usize> {
        self.as_ref().and_then(T::length)
    }
}

impl<T> CheckRequired for Option<T> {
    fn is_missing(&self) -> bool {
        self.is_none()
    }
}

impl<V, T: CheckOneOf<V>> CheckOneOf<V> for Option<T> {
    fn is_one_of(&self, expected: impl Iterator<Item = V>) -> bool {
        self.as_ref().is_none_or(|value| value.is_one_of(expected))
    }
}

impl<C, T: CheckEach<C>> CheckEach<C> for Option<T> {
    fn check_each(&self, violations: &mut Violations<'_, C>) {
        if let Some(items) = self {
            items.check_each(violations);
        }
    }
}

impl<T: CheckItems> CheckItems for Option<T> {
    type Item = T::Item;

    fn check_items<C: Copy>(
        &self,
        violations: &mut Violations<'_, C>,
        check: impl FnMut(&mut Checker<'_, T::Item, C>),
    ) {
        if let Some(items) = self {
            items.check_items(violations, check);
        }
    }
}
