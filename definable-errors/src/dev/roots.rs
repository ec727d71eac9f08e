use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::Development;

/// The folders with the developer's own source code.
#[derive(Debug, Clone)]
pub(super) struct Roots(Vec<PathBuf>);

/// A source file that is longer is not shown.
const MAX_FILE: u64 = 1024 * 1024;

impl Roots {
    pub(super) fn new(settings: Development) -> Self {
        let roots =
            settings.into_roots().into_iter().filter_map(|root| fs::canonicalize(root).ok());
        // The root of the file system would let everything be read.
        Self(roots.filter(|root| root.parent().is_some()).collect())
    }

    /// The path relative to the root it lies under.
    pub(super) fn relative(&self, file: &Path) -> Option<PathBuf> {
        let found = self.found(file);
        let path = found.as_deref().unwrap_or(file);
        self.under(path).or_else(|| self.under(&fs::canonicalize(path).ok()?))
    }

    /// Whether a file is the developer's own and no dependency's.
    pub(super) fn is_own(&self, file: &Path) -> bool {
        self.relative(file).is_some_and(|relative| {
            let parts: Vec<_> = relative.iter().filter_map(|part| part.to_str()).collect();
            let is_vendored = matches!(parts.first(), Some(&("vendor" | "target")));
            let is_cargos = parts.contains(&".cargo")
                || parts
                    .windows(2)
                    .any(|two| two == ["registry", "src"] || two == ["git", "checkouts"]);
            !is_vendored && !is_cargos
        })
    }

    /// The text of a file under a root: a regular one that is not too long. A link that leads out
    /// of the roots is refused.
    pub(super) fn read(&self, file: &Path) -> Option<String> {
        let found = self.found(file);
        let real = fs::canonicalize(found.as_deref().unwrap_or(file)).ok()?;
        self.under(&real)?;
        // Looked at before it is opened: opening a pipe would wait.
        let is_readable =
            |data: &fs::Metadata| (data.is_file() && data.len() <= MAX_FILE).then_some(());
        is_readable(&fs::metadata(&real).ok()?)?;
        let file = File::open(&real).ok()?;
        is_readable(&file.metadata().ok()?)?;
        let mut bytes = Vec::new();
        file.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn under(&self, path: &Path) -> Option<PathBuf> {
        let is_plain = path.components().all(|part| part != Component::ParentDir);
        let mut roots = self.0.iter().filter(|_| is_plain);
        roots.find_map(|root| path.strip_prefix(root).ok().map(Path::to_owned))
    }

    /// The compiler names files relative to the workspace, of which a root may be a part.
    fn found(&self, file: &Path) -> Option<PathBuf> {
        if file.is_absolute() {
            return None;
        }
        let folders = || self.0.iter().flat_map(|root| root.ancestors());
        let mut candidates = self.0.iter().map(PathBuf::as_path).chain(folders());
        candidates.find_map(|folder| {
            let path = folder.join(file);
            (path.is_file() && self.under(&path).is_some()).then_some(path)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Roots {
        Roots::new(Development::new())
    }

    #[test]
    fn files_are_named_relative_to_their_root() {
        let absolute = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dev/roots.rs");
        for file in [&*absolute, Path::new(file!()), Path::new("src/dev/roots.rs")] {
            assert_eq!(here().relative(file).unwrap(), Path::new("src/dev/roots.rs"), "{file:?}");
        }
        let dotted = absolute.with_file_name("../lib.rs");
        assert_eq!(here().relative(&dotted).unwrap(), Path::new("src/lib.rs"));
        assert_eq!(here().relative(Path::new("/rustc/1/library/core/src/ops.rs")), None);
    }

    #[test]
    fn dependencies_are_not_own() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(here().is_own(&root.join("src/lib.rs")));
        for file in ["vendor/a/src/lib.rs", "target/debug/out.rs", ".cargo/registry/src/x/lib.rs"] {
            assert!(!here().is_own(&root.join(file)), "{file}");
        }
        assert!(!here().is_own(Path::new("/rustc/1/library/core/src/ops.rs")));
    }

    #[test]
    fn the_root_of_the_file_system_is_no_root() {
        let roots = Roots::new(Development::new().source_root("/").source_root("/no/such/folder"));
        assert!(roots.0.is_empty());
        assert_eq!(roots.read(Path::new("/etc/hostname")), None);
    }

    //
    #[cfg(unix)]
    #[test]
    fn nothing_is_read_outside_of_the_roots() {
        let folder = std::env::temp_dir().join(format!("definable-errors-{}", std::process::id()));
        let root = folder.join("root");
        fs::create_dir_all(root.join("folder")).unwrap();
        fs::write(folder.join("secret.rs"), "secret").unwrap();
        fs::write(root.join("own.rs"), "own").unwrap();
        fs::write(root.join("long.rs"), vec![b'a'; 1024 * 1024 + 1]).unwrap();
        std::os::unix::fs::symlink(folder.join("secret.rs"), root.join("out.rs")).unwrap();
        std::os::unix::fs::symlink(root.join("own.rs"), root.join("in.rs")).unwrap();
        let roots = Roots::new(Development::new().source_root(&root));
        assert_eq!(roots.read(&root.join("own.rs")).as_deref(), Some("own"));
        assert_eq!(roots.read(Path::new("own.rs")).as_deref(), Some("own"));
        assert_eq!(roots.read(&root.join("in.rs")).as_deref(), Some("own"));
        for file in ["out.rs", "long.rs", "folder", "../secret.rs", "none.rs"] {
            assert_eq!(roots.read(&root.join(file)), None, "{file}");
        }
        assert_eq!(roots.read(Path::new("../secret.rs")), None);
        assert_eq!(roots.read(&folder.join("secret.rs")), None);
        assert_eq!(roots.read(Path::new("/dev/zero")), None);
        fs::remove_dir_all(&folder).unwrap();
    }
}
