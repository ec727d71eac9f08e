//! The bounds of integer types.

/// The smallest and the largest value of an integer type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: i128,
    /// The largest value; for `u128`, whose own is larger, `i128::MAX`.
    pub(crate) max: i128,
}

macro_rules! bounds {
    ($name:expr; $($int:ident)*) => {
        match $name {
            $(stringify!($int) => Some(Bounds {
                min: $int::MIN as i128,
                max: if stringify!($int).len() == 4 { i128::MAX } else { $int::MAX as i128 },
            }),)*
            _ => None,
        }
    };
}

impl Bounds {
    /// Returns the bounds of the integer type with this name.
    #[expect(clippy::cast_lossless, reason = "`From` knows no `usize`")]
    #[expect(clippy::cast_possible_wrap, reason = "the types of 128 bits are handled apart")]
    pub(crate) fn of_type(name: &str) -> Option<Self> {
        bounds!(name; u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize)
    }

    pub(crate) const fn contain(self, number: i128) -> bool {
        self.min <= number && number <= self.max
    }

    pub(crate) const fn is_u128(self) -> bool {
        self.min >= 0 && self.max == i128::MAX
    }

    pub(crate) fn without_zero(self) -> Self {
        Self { min: if self.min == 0 { 1 } else { self.min }, ..self }
    }
}
