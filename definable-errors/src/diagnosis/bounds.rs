/// What an integer type can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) min: i128,
    /// `u128` goes beyond what its bounds can say.
    pub(super) max: i128,
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
    /// Those of the type of that name.
    #[expect(clippy::cast_lossless, reason = "`From` knows no `usize`")]
    #[expect(clippy::cast_possible_wrap, reason = "the two types of 128 bits are told apart")]
    pub(super) fn of(name: &str) -> Option<Self> {
        bounds!(name; u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize)
    }

    pub(super) const fn contain(self, number: i128) -> bool {
        self.min <= number && number <= self.max
    }

    pub(super) const fn is_u128(self) -> bool {
        self.min >= 0 && self.max == i128::MAX
    }

    pub(super) fn without_zero(self) -> Self {
        Self { min: if self.min == 0 { 1 } else { self.min }, ..self }
    }
}
