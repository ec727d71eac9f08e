use std::path::PathBuf;

/// What development mode needs to know of this machine.
///
/// ```
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::dev::Development;
///
/// let settings = Development::new().source_root("crates").source_root("services");
/// let layer = ApiErrorLayer::new().development_with(settings);
/// # let _ = layer;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Development {
    roots: Vec<PathBuf>,
}

impl Development {
    /// One source root: the current directory.
    pub fn new() -> Self {
        Self::default()
    }

    /// A folder with source code of yours; the first call takes the current directory's place.
    ///
    /// Files are named relative to the root they lie under, and source lines are read from nowhere
    /// else. A folder that does not exist and the root of the file system are no roots.
    pub fn source_root(mut self, folder: impl Into<PathBuf>) -> Self {
        self.roots.push(folder.into());
        self
    }

    pub(super) fn into_roots(self) -> Vec<PathBuf> {
        match self.roots.is_empty() {
            true => vec![PathBuf::from(".")],
            false => self.roots,
        }
    }
}
