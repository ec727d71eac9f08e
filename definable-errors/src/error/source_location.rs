use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

/// A place in the source code; private like everything that names a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    file: Cow<'static, str>,
    line: u32,
    column: u32,
}

impl SourceLocation {
    /// The file, as the compiler was given it.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1.
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The column, from 1.
    pub const fn column(&self) -> u32 {
        self.column
    }

    /// A place that is known for a moment only, as in a panic hook.
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
