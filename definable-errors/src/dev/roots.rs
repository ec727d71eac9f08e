//! The locations of source files: which ones are the developer's own, how they are named, and which
//! may be read. Nothing here depends on the working directory.

use std::fs::{self, File};
use std::io::Read;
use std::panic::Location;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use super::stack::{Stack, Symbols};

/// The folders with the developer's own source code.
#[derive(Debug)]
pub(super) struct Roots {
    /// The folders of [`Development::source_root`](super::Development::source_root).
    given: Vec<PathBuf>,
    call_site: Option<CallSite>,
    /// Determined at first use, on the thread that reads debug information.
    compiled_in: OnceLock<PathBuf>,
}

/// A call in the developer's code.
#[derive(Debug)]
pub(super) struct CallSite {
    file: &'static str,
    stack: Stack,
}

impl CallSite {
    pub(super) fn new(place: &'static Location<'static>, stack: Stack) -> Self {
        Self { file: place.file(), stack }
    }
}

/// Determines the directory of the compiler. The compiler names a file relative to the directory
/// that it ran in; debug information contains the whole path of the same file. So the difference is
/// that directory.
fn directory_of_compiler(file: &str, stack: &Stack, symbols: &mut Symbols) -> Option<PathBuf> {
    let file = Path::new(file);
    if file.is_absolute() {
        return None;
    }
    stack.addresses.iter().find_map(|address| {
        let found = symbols.at(*address);
        let mut files = found.iter().filter_map(|symbol| symbol.file.as_deref());
        files.find_map(|whole| without_end(whole, file))
    })
}

fn without_end(file: &Path, end: &Path) -> Option<PathBuf> {
    let folder = file.ancestors().nth(end.components().count())?;
    (file.is_absolute() && file.ends_with(end)).then(|| folder.to_owned())
}

/// The source code of this library, as it occurs in debug information.
const LIBRARY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
/// The maximum size of a source file; a larger one is not shown.
const MAX_FILE: u64 = 1024 * 1024;

impl Roots {
    pub(super) fn new(given: Vec<PathBuf>, call_site: Option<CallSite>) -> Self {
        let given = given.into_iter().filter_map(|root| fs::canonicalize(root).ok());
        // The root of the file system would allow every file to be read.
        let given = given.filter(|root| root.parent().is_some()).collect();
        Self { given, call_site, compiled_in: OnceLock::new() }
    }

    /// Determines in which directory the developer's code was compiled: from the call that switched
    /// development mode on, or from the location of an error and its stack.
    pub(super) fn locate(&self, error: Option<(&str, &Stack)>, symbols: &mut Symbols) {
        if self.compiled_in.get().is_some() {
            return;
        }
        let call_site = self.call_site.as_ref().map(|call| (call.file, &call.stack));
        let mut places = call_site.into_iter().chain(error);
        let found = places.find_map(|(file, stack)| directory_of_compiler(file, stack, symbols));
        if let Some(directory) = found {
            self.compiled_in.get_or_init(|| directory);
        }
    }

    fn compiled_in(&self) -> Option<&Path> {
        self.compiled_in.get().map(PathBuf::as_path)
    }

    /// Whether a file is the developer's own, and not that of a dependency, the toolchain or this
    /// library. Debug information contains whole paths.
    pub(super) fn is_own(&self, file: &Path) -> bool {
        file.is_absolute() && !is_library(file) && !is_foreign(file) && !self.is_generated(file)
    }

    /// Whether a file is in a folder of generated files: by `cargo vendor`, or by a build script.
    fn is_generated(&self, file: &Path) -> bool {
        let below = |root: &Path| file.strip_prefix(root).ok()?.components().next();
        let roots = self.given.iter().map(PathBuf::as_path).chain(self.compiled_in());
        let first = roots
            .filter_map(below)
            .map(|first| first.as_os_str() == "vendor" || first.as_os_str() == "target");
        first.into_iter().any(|is_filled| is_filled)
            || package(file).is_some_and(|folder| folder.join(".cargo-checksum.json").exists())
    }

    /// Returns the path of an own file relative to the root that contains it.
    pub(super) fn relative(&self, file: &Path) -> Option<PathBuf> {
        let whole = self.whole(file).filter(|whole| self.is_own(whole))?;
        if let Some((_, relative)) = self.moved(&whole) {
            return Some(relative);
        }
        let root = self.root_of(&whole)?;
        whole.strip_prefix(root).ok().map(Path::to_owned)
    }

    /// Returns where a file of the developer's own is on this machine. A link that leads out of its
    /// root is rejected.
    pub(super) fn real(&self, file: &Path) -> Option<PathBuf> {
        let whole = self.whole(file).filter(|whole| self.is_own(whole))?;
        let (root, relative) = match self.moved(&whole) {
            Some((root, relative)) => (root.to_owned(), relative),
            None => {
                let root = self.root_of(&whole)?;
                let relative = whole.strip_prefix(&root).ok()?.to_owned();
                (fs::canonicalize(root).ok()?, relative)
            }
        };
        let real = fs::canonicalize(root.join(relative)).ok()?;
        real.starts_with(&root).then_some(real)
    }

    /// Returns the text of a file of the developer's own: a regular one that is not too large.
    pub(super) fn read(&self, file: &Path) -> Option<String> {
        let real = self.real(file)?;
        // This is checked before the file is opened, because opening a pipe would block.
        let is_readable =
            |data: &fs::Metadata| (data.is_file() && data.len() <= MAX_FILE).then_some(());
        is_readable(&fs::metadata(&real).ok()?)?;
        let file = File::open(&real).ok()?;
        is_readable(&file.metadata().ok()?)?;
        let mut bytes = Vec::new();
        file.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Returns the whole path of a file; the compiler names files relative to the directory that it
    /// ran in.
    fn whole(&self, file: &Path) -> Option<PathBuf> {
        if file.components().any(|part| part == Component::ParentDir) {
            return None;
        }
        if file.is_absolute() {
            return Some(file.to_owned());
        }
        Some(self.compiled_in()?.join(file))
    }

    /// Returns a given root and the path below it, where the file is now.
    fn moved(&self, whole: &Path) -> Option<(&Path, PathBuf)> {
        let direct = self
            .given
            .iter()
            .find_map(|root| Some((root.as_path(), whole.strip_prefix(root).ok()?.to_owned())));
        direct.or_else(|| {
            let relative = whole.strip_prefix(self.root_of(whole)?).ok()?.to_owned();
            let mut found = self.given.iter().flat_map(|root| below(root, &relative));
            found.find(|(root, path)| root.join(path).is_file())
        })
    }

    /// Returns the directory that a file was compiled in: that of the developer's workspace, or,
    /// for another package, its own.
    fn root_of(&self, whole: &Path) -> Option<PathBuf> {
        let workspace = self.compiled_in().filter(|root| whole.starts_with(root));
        let root = workspace.map(Path::to_owned).or_else(|| package(whole))?;
        root.parent().is_some().then_some(root)
    }
}

/// Returns the possible places of a file below a root: the root is the directory that it was
/// compiled in, or a part of it.
fn below<'a>(root: &'a Path, relative: &Path) -> Vec<(&'a Path, PathBuf)> {
    let parts: Vec<_> = relative.components().collect();
    let at = |skipped: &usize| root.ends_with(parts[..*skipped].iter().collect::<PathBuf>());
    let skips = (0..parts.len()).filter(at);
    skips.map(|skipped| (root, parts[skipped..].iter().collect())).collect()
}

/// Returns the folder of the package that a file belongs to.
fn package(file: &Path) -> Option<PathBuf> {
    let mut folders = file.ancestors().skip(1);
    folders.find(|folder| folder.join("Cargo.toml").is_file()).map(Path::to_owned)
}

/// Whether a file belongs to this library, to the standard library, or to the crate that captures
/// stacks.
///
/// With `debug = "line-tables-only"` the names of inlined functions do not contain their crate.
pub(super) fn is_machinery(file: &Path) -> bool {
    is_library(file)
        || is_toolchain(&parts(file))
        || parts(file).iter().any(|part| is_capture(part))
}

fn is_library(file: &Path) -> bool {
    file.starts_with(LIBRARY)
}

/// Whether a folder is that of the crate `backtrace`, such as `backtrace-0.3.77`.
fn is_capture(folder: &str) -> bool {
    let version = folder.strip_prefix("backtrace-");
    version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether a file belongs to a registry, to a repository that Cargo checked out, or to the standard
/// library, or was written by a build script.
fn is_foreign(file: &Path) -> bool {
    let parts = parts(file);
    let mut threes = parts.windows(3);
    is_toolchain(&parts)
        || threes.any(|three| match three {
            ["registry", "src", index] => has_hash(index),
            ["git", "checkouts", name] | ["build", name, "out"] => has_hash(name),
            _ => false,
        })
}

/// Whether a file belongs to the standard library.
fn is_toolchain(parts: &[&str]) -> bool {
    parts.windows(3).any(|three| match three {
        ["lib", "rustlib", "src"] => true,
        ["rustc", hash, "library"] => is_hash(hash),
        ["src", name, "library"] => name.starts_with("rustc-"),
        _ => false,
    })
}

fn parts(file: &Path) -> Vec<&str> {
    file.iter().map(|part| part.to_str().unwrap_or_default()).collect()
}

/// Whether the name ends with a hash, as Cargo's folders do: `index.crates.io-1949cf8c6b5b557f`.
fn has_hash(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(_, hash)| hash.len() == 16 && is_hash(hash))
}

fn is_hash(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(unix)]
    use crate::dev::temporary::TemporaryFolder;

    /// Creates roots that know `directory` as that of the compiler.
    fn compiled_in(directory: &str, given: &[&Path]) -> Roots {
        let roots = Roots::new(given.iter().map(Into::into).collect(), None);
        roots.compiled_in.set(directory.into()).unwrap();
        roots
    }

    fn workspace() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    #[test]
    fn the_directory_of_the_compiler_is_found_out() {
        let stack = super::super::stack::capture_here;
        let call_site = CallSite::new(Location::caller(), stack());
        let roots = Roots::new(Vec::new(), Some(call_site));
        roots.locate(None, &mut Symbols::default());
        assert_eq!(roots.compiled_in(), Some(workspace()));
        let roots = Roots::new(Vec::new(), None);
        roots.locate(Some(("/whole/path.rs", &stack())), &mut Symbols::default());
        assert_eq!(roots.compiled_in(), None);
        roots.locate(Some((file!(), &stack())), &mut Symbols::default());
        assert_eq!(roots.compiled_in(), Some(workspace()));
    }

    #[test]
    fn a_directory_is_what_debug_information_has_more() {
        let without = |file: &str, end: &str| without_end(Path::new(file), Path::new(end));
        assert_eq!(without("/build/src/main.rs", "src/main.rs"), Some("/build".into()));
        assert_eq!(without("/build/a/src/main.rs", "a/src/main.rs"), Some("/build".into()));
        assert_eq!(without("/build/src/main.rs", "src/lib.rs"), None);
        assert_eq!(without("src/main.rs", "main.rs"), None);
    }

    #[test]
    fn files_are_named_relative_to_the_directory_of_the_compiler() {
        let roots = compiled_in("/build", &[]);
        for file in ["/build/shop/src/main.rs", "shop/src/main.rs"] {
            let relative = roots.relative(Path::new(file));
            assert_eq!(relative.as_deref(), Some(Path::new("shop/src/main.rs")), "{file}");
        }
        assert_eq!(roots.relative(Path::new("/rustc/1/library/core/src/ops.rs")), None);
        assert_eq!(roots.relative(Path::new("/build/../secret.rs")), None);
    }

    #[test]
    fn a_package_elsewhere_has_its_own_root() {
        let roots = compiled_in("/build", &[]);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dev/main.rs");
        assert_eq!(roots.relative(&file).as_deref(), Some(Path::new("tests/dev/main.rs")));
        assert!(roots.is_own(&file) && roots.read(&file).is_some());
    }

    #[test]
    fn own_is_what_nobody_else_wrote() {
        let roots = compiled_in("/home/u/work", &[]);
        for file in [
            "/home/u/work/shop/src/main.rs",
            "/home/u/registry/src/main.rs",
            "/srv/git/checkouts/app/src/main.rs",
            "/home/u/work/src/vendor/mod.rs",
            "/elsewhere/helper/src/lib.rs",
            "/home/u/work/build/out/src/lib.rs",
        ] {
            assert!(roots.is_own(Path::new(file)), "{file}");
        }
        for file in [
            "/home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/axum-0.8.9/src/lib.rs",
            "/usr/local/cargo/registry/src/github.com-1ecc6299db9ec823/tower-0.5.3/src/lib.rs",
            "/home/u/.cargo/git/checkouts/sqlx-29f6ef1b3ef8ecd8/0a1b2c3/src/lib.rs",
            "/rustc/4a4ef493e3a1488c6e321570238084b7948f6db7/library/core/src/ops.rs",
            "/home/u/.rustup/toolchains/stable/lib/rustlib/src/rust/library/std/src/io.rs",
            "/usr/src/rustc-1.85.0/library/std/src/io.rs",
            "/home/u/work/vendor/axum/src/lib.rs",
            "/home/u/work/target/debug/build/shop-0123456789abcdef/out/gen.rs",
            "/tmp/t/debug/build/shop-0123456789abcdef/out/gen.rs",
            "library/core/src/ops.rs",
            LIBRARY,
        ] {
            assert!(!roots.is_own(Path::new(file)), "{file}");
        }
    }

    #[test]
    fn the_root_of_the_file_system_is_no_root() {
        let roots = compiled_in("/", &[Path::new("/"), Path::new("/no/such/folder")]);
        assert!(roots.given.is_empty());
        assert_eq!(roots.read(Path::new("/etc/hostname")), None);
    }

    #[cfg(unix)]
    #[test]
    fn moved_sources_are_read_from_the_given_root_and_nothing_outside_of_it() {
        let temporary = TemporaryFolder::create();
        let folder = temporary.path();
        let root = folder.join("root");
        fs::create_dir_all(root.join("folder")).unwrap();
        fs::create_dir_all(folder.join("shop/src")).unwrap();
        fs::write(folder.join("secret.rs"), "secret").unwrap();
        fs::write(folder.join("shop/src/main.rs"), "main").unwrap();
        fs::write(root.join("own.rs"), "own").unwrap();
        fs::write(root.join("long.rs"), vec![b'a'; 1024 * 1024 + 1]).unwrap();
        std::os::unix::fs::symlink(folder.join("secret.rs"), root.join("out.rs")).unwrap();
        std::os::unix::fs::symlink(root.join("own.rs"), root.join("in.rs")).unwrap();
        let roots = compiled_in("/build", &[&root, &folder.join("shop")]);
        for file in ["/build/own.rs", "own.rs", "/build/in.rs"] {
            assert_eq!(roots.read(Path::new(file)).as_deref(), Some("own"), "{file}");
        }
        assert_eq!(roots.read(&root.join("own.rs")).as_deref(), Some("own"));
        let deeper = Path::new("/build/shop/src/main.rs");
        assert_eq!(roots.read(deeper).as_deref(), Some("main"));
        assert_eq!(roots.relative(deeper).as_deref(), Some(Path::new("src/main.rs")));
        assert_eq!(roots.read(Path::new("/build/other/src/main.rs")), None);
        for file in ["out.rs", "long.rs", "folder", "../secret.rs", "none.rs"] {
            assert_eq!(roots.read(&root.join(file)), None, "{file}");
            assert_eq!(roots.read(&Path::new("/build").join(file)), None, "{file}");
        }
        assert_eq!(roots.read(&folder.join("secret.rs")), None);
        assert_eq!(roots.read(Path::new("/dev/zero")), None);
    }
}
