//! The place in the code where an error was created.

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

/// A place in the source code; it is private like everything that names a file.
///
/// As a field of a derived error, marked `#[api(location)]`, it becomes the location of the
/// [`ApiError`](struct@crate::ApiError). `#[api(from)]` sets it; a constructor of your own does so
/// with [`caller`](Self::caller).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    file: Cow<'static, str>,
    line: u32,
    column: u32,
}

impl SourceLocation {
    /// Returns the place where the calling function was called if that function is
    /// `#[track_caller]`, else the place of this call.
    ///
    /// ```
    /// use definable_errors::error::SourceLocation;
    ///
    /// #[track_caller]
    /// fn place() -> SourceLocation {
    ///     SourceLocation::caller()
    /// }
    ///
    /// let (one, other) = (place(), place());
    /// assert_eq!(one.line(), other.line());
    /// assert!(one.column() < other.column());
    /// ```
    #[must_use]
    #[track_caller]
    pub fn caller() -> Self {
        Location::caller().into()
    }

    /// Returns the file, as the compiler was given it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns the line, from 1.
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// Returns the column, from 1.
    pub const fn column(&self) -> u32 {
        self.column
    }

    /// Whether it is in the standard library or in this library, where no mistake of the service
    /// can be.
    pub(crate) fn is_internal(&self) -> bool {
        let file = self.file();
        is_in_library(file) || is_in_std(file)
    }

    #[cfg(test)]
    pub(crate) const fn fixed(file: &'static str) -> Self {
        Self { file: Cow::Borrowed(file), line: 1, column: 1 }
    }

    /// Copies a place that is borrowed only for a moment, as in a panic hook.
    pub(crate) fn copied(place: &Location<'_>) -> Self {
        Self {
            file: Cow::Owned(place.file().to_owned()),
            line: place.line(),
            column: place.column(),
        }
    }
}

impl From<&'static Location<'static>> for SourceLocation {
    fn from(place: &'static Location<'static>) -> Self {
        Self { file: Cow::Borrowed(place.file()), line: place.line(), column: place.column() }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Whether a file belongs to the standard library, whose sources are at `/rustc/<commit>/library`,
/// or where rustup put them. Most files of a service have a relative path, which need not be
/// searched.
pub(crate) fn is_in_std(file: &str) -> bool {
    let is_absolute = matches!(file.as_bytes(), [b'/' | b'\\', ..] | [_, b':', ..]);
    is_absolute
        && (file.starts_with("/rustc/")
            || file.contains("/rustlib/src/rust/library/")
            || file.contains(r"\rustlib\src\rust\library\"))
}

/// This file, relative to the sources of the library.
const THIS_FILE: &str = "error/source_location.rs";

fn is_in_library(file: &str) -> bool {
    const SOURCES: usize = file!().len() - THIS_FILE.len();
    file.as_bytes().starts_with(&file!().as_bytes()[..SOURCES])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_the_standard_library_and_of_this_library_are_internal() {
        let is_internal = |file| SourceLocation::fixed(file).is_internal();
        assert!(file!().ends_with(&THIS_FILE.replace('/', std::path::MAIN_SEPARATOR_STR)));
        for file in [
            file!(),
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/ops/function.rs",
            "/home/u/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/result.rs",
            r"C:\rustup\toolchains\stable\lib\rustlib\src\rust\library\core\src\result.rs",
        ] {
            assert!(is_internal(file), "{file}");
        }
        for file in [
            "src/main.rs",
            "library/core/src/lib.rs",
            "",
            "definable-errors/tests/dev.rs",
            "/srv/shop/src/main.rs",
            r"C:\shop\src\main.rs",
            "src/rustlib/src/rust/library/shop.rs",
        ] {
            assert!(!is_internal(file), "{file}");
        }
    }
}
