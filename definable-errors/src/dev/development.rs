//! The settings of development mode.

use std::path::PathBuf;

use http::HeaderName;

use super::gate::{Gate, Locals};

/// The settings of development mode for this machine and the service's clients.
///
/// ```
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::dev::Development;
///
/// let settings = Development::new().source_root("/app").client_header("x-shop");
/// let layer = ApiErrorLayer::new().development_with(settings);
/// # let _ = layer;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Development {
    roots: Vec<PathBuf>,
    gate: Gate,
}

impl Development {
    /// Creates the settings: the source code is where it was compiled, and plain local clients need
    /// no token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a directory that source code was moved to after it was compiled: in a container this
    /// might be `/app` for code that was compiled in `/build`.
    ///
    /// File names are relative to the root that contains the files, and source lines are read from
    /// there. A root takes precedence over the directory that the code was compiled in. A directory
    /// that does not exist and the root of the file system are ignored.
    pub fn source_root(mut self, directory: impl Into<PathBuf>) -> Self {
        self.roots.push(directory.into());
        self
    }

    /// Adds the name of a header field that the service's own clients send, such as `x-shop`.
    ///
    /// A request with a field that no plain client sends may have come through a proxy, so its
    /// client needs the token; see the [module](crate::dev).
    ///
    /// # Panics
    ///
    /// Panics if `name` is not the name of a header field.
    pub fn client_header(mut self, name: &str) -> Self {
        self.gate.fields.push(HeaderName::try_from(name).expect("a field has a legal name"));
        self
    }

    /// Shows nothing more to a client without the token, even if it is on this machine.
    ///
    /// This is for a machine on which a relay passes on connections from elsewhere without a trace:
    /// see the [module](crate::dev).
    pub fn token_only(mut self) -> Self {
        self.gate.locals = Locals::TheToken;
        self
    }

    pub(super) fn into_parts(self) -> (Vec<PathBuf>, Gate) {
        (self.roots, self.gate)
    }
}
