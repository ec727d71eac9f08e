//! The size of a run: full, or short.

use std::time::Duration;

/// The size of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// The size for which the gates are defined.
    Full,
    /// A second or two of each part; gates that depend on the speed of the machine are not checked.
    Once,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) size: Size,
    /// The number of requests per second while Redis fails.
    rate: Option<u32>,
}

impl Settings {
    /// Reads the arguments, and returns the settings with the names of the selected parts.
    pub(crate) fn read<'a>(words: &[&'a str]) -> Result<(Self, Vec<&'a str>), String> {
        // `cargo bench` passes `--bench`; `cargo test --benches` does not, and only needs a check.
        let mut settings = Self { size: Size::Once, rate: None };
        let (mut names, mut is_once) = (Vec::new(), false);
        for word in words {
            match word.split_once('=') {
                None if *word == "--once" => is_once = true,
                None if *word == "--bench" => settings.size = Size::Full,
                None if !word.starts_with('-') => names.push(*word),
                Some(("--rate", rate)) => settings.rate = Some(number(rate)?),
                _ => return Err(format!("{word} is not --once, --rate=NUMBER or a part")),
            }
        }
        settings.size = if is_once { Size::Once } else { settings.size };
        Ok((settings, names))
    }

    pub(crate) fn rate(self) -> u32 {
        self.rate.unwrap_or(self.pick(5_000, 500))
    }

    /// Returns the window of a client's quota while Redis fails.
    pub(crate) fn window(self) -> Duration {
        self.seconds(10, 2)
    }

    pub(crate) fn pick<T>(self, full: T, once: T) -> T {
        match self.size {
            Size::Full => full,
            Size::Once => once,
        }
    }

    pub(crate) fn seconds(self, full: u64, once: u64) -> Duration {
        Duration::from_secs(self.pick(full, once))
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| format!("{text} is no rate"))
}
