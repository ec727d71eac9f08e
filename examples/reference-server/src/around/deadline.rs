use std::str::FromStr;
use std::time::Duration;

/// The longest time that a request may take, such as `10s`.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Duration);

impl Deadline {
    pub(crate) const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Deadline {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match humantime::parse_duration(text) {
            Ok(duration) if !duration.is_zero() => Ok(Self(duration)),
            _ => Err("must be a time over zero, such as 10s or 500ms"),
        }
    }
}
