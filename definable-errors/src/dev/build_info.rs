//! What is known about the build of a service: only the service itself can read it, at compile time.

use std::fs;
use std::path::{Path, PathBuf};

/// What the compiler knew about a service, for the environment on the page of development mode. The
/// macro [`build_info!`](crate::build_info) creates it.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct BuildInfo {
    /// The directory of the package's manifest.
    directory: &'static str,
    facts: &'static [(&'static str, Option<&'static str>)],
    features: &'static [(&'static str, bool)],
}

impl BuildInfo {
    #[doc(hidden)]
    pub const fn new(
        directory: &'static str,
        facts: &'static [(&'static str, Option<&'static str>)],
        features: &'static [(&'static str, bool)],
    ) -> Self {
        Self { directory, facts, features }
    }

    /// Returns what is known, with names.
    pub(super) fn facts(&self) -> Vec<(String, String)> {
        let known =
            |(name, value): &(&str, Option<&str>)| Some(((*name).to_owned(), (*value)?.to_owned()));
        let mut facts: Vec<_> = self.facts.iter().filter_map(known).collect();
        if !self.features.is_empty() {
            let enabled = |(name, is_on): &(&'static str, bool)| is_on.then_some(*name);
            let enabled: Vec<_> = self.features.iter().filter_map(enabled).collect();
            let enabled = if enabled.is_empty() { "none".to_owned() } else { enabled.join(", ") };
            facts.push(("Features".to_owned(), enabled));
        }
        facts.extend(head(Path::new(self.directory)).map(|head| ("Git".to_owned(), head)));
        facts
    }
}

/// Reads what is known about the build of the package that calls it: the name and the version, and
/// which of the named features are on. [`Development::build`](crate::dev::Development::build) shows it.
///
/// ```
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::dev::Development;
///
/// # #[allow(unexpected_cfgs)]
/// let build = definable_errors::build_info!("postgres", "redis");
/// let layer = ApiErrorLayer::new().development_with(Development::new().build(build));
/// # let _ = layer;
/// ```
///
/// The branch and the commit are read at startup from the Git repository around the package, if it is
/// still there. The toolchain is that of rustup. A program knows neither the exact version of
/// `rustc` nor the commit by itself; each is shown if a build script sets its
/// variable, `RUSTC_VERSION` or `GIT_COMMIT`:
///
/// ```no_run
/// // build.rs
/// use std::process::Command;
///
/// let rustc = std::env::var_os("RUSTC").expect("Cargo sets it");
/// let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
/// println!("cargo::rustc-env=RUSTC_VERSION={}", String::from_utf8_lossy(&output.stdout).trim());
/// ```
///
/// Each is also shown if the environment of the build has its variable, such as `GIT_COMMIT` in a pipeline.
#[macro_export]
macro_rules! build_info {
    ($($feature:tt),* $(,)?) => {
        $crate::dev::BuildInfo::new(
            env!("CARGO_MANIFEST_DIR"),
            &[
                ("Package", Some(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")))),
                ("rustc", option_env!("RUSTC_VERSION")),
                ("Toolchain", option_env!("RUSTUP_TOOLCHAIN")),
                ("Built from", option_env!("GIT_COMMIT")),
            ],
            &[$(($feature, cfg!(feature = $feature))),*],
        )
    };
}

/// Returns the commit and the branch of the repository around a directory, such as
/// `0a1b2c3d4e5f (main)`.
fn head(directory: &Path) -> Option<String> {
    let git = directory.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists())?;
    let git = git_folder(git)?;
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    let Some(name) = head.trim().strip_prefix("ref: ") else {
        return short(head.trim()).map(str::to_owned);
    };
    let commit = commit(&git, name)?;
    Some(format!("{} ({})", short(&commit)?, name.trim_start_matches("refs/heads/")))
}

/// Returns the folder of a repository: in a linked worktree `.git` is a file with its path.
fn git_folder(git: PathBuf) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    let path = text.trim().strip_prefix("gitdir: ")?;
    Some(git.parent()?.join(path))
}

/// Returns the commit of a branch, which is in a file of its own or in a list.
fn commit(git: &Path, name: &str) -> Option<String> {
    let common = fs::read_to_string(git.join("commondir")).map(|path| git.join(path.trim()));
    let common = common.unwrap_or_else(|_| git.to_owned());
    let is_plain =
        Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !is_plain {
        return None;
    }
    if let Ok(commit) = fs::read_to_string(common.join(name)) {
        return Some(commit.trim().to_owned());
    }
    let packed = fs::read_to_string(common.join("packed-refs")).ok()?;
    let of_name = |line: &str| line.strip_suffix(name)?.strip_suffix(' ').map(str::to_owned);
    packed.lines().find_map(of_name)
}

/// Returns the start of a commit's hash, or `None` for another text.
fn short(commit: &str) -> Option<&str> {
    let is_hash = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { commit.get(..12) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::temporary::TemporaryFolder;

    const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

    fn write(folder: &Path, file: &str, text: &str) {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn commit_and_branch_are_read_from_the_repository() {
        let temporary = TemporaryFolder::create();
        let folder = temporary.path();
        let package = folder.join("crates/shop");
        fs::create_dir_all(&package).unwrap();
        write(folder, ".git/HEAD", "ref: refs/heads/feature/x\n");
        assert_eq!(head(&package), None);
        write(folder, ".git/packed-refs", &format!("# pack-refs\n{HASH} refs/heads/feature/x\n"));
        assert_eq!(head(&package).as_deref(), Some("0123456789ab (feature/x)"));
        write(folder, ".git/refs/heads/feature/x", &HASH.replace('0', "f"));
        assert_eq!(head(&package).as_deref(), Some("f123456789ab (feature/x)"));
        write(folder, ".git/HEAD", HASH);
        assert_eq!(head(&package).as_deref(), Some("0123456789ab"));
        for other in ["ref: ../../secret", "password", "ref: /etc/passwd"] {
            write(folder, ".git/HEAD", other);
            assert_eq!(head(&package), None, "{other}");
        }
    }

    #[test]
    fn a_linked_worktree_has_its_own_branch() {
        let temporary = TemporaryFolder::create();
        let folder = temporary.path();
        write(folder, "tree/.git", "gitdir: ../main/.git/worktrees/tree\n");
        write(folder, "main/.git/worktrees/tree/HEAD", "ref: refs/heads/other\n");
        write(folder, "main/.git/worktrees/tree/commondir", "../..\n");
        write(folder, "main/.git/refs/heads/other", HASH);
        assert_eq!(head(&folder.join("tree")).as_deref(), Some("0123456789ab (other)"));
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let info = BuildInfo::new(
            "/no/such/folder",
            &[("Package", Some("shop 1.0.0")), ("rustc", None)],
            &[("postgres", true), ("redis", false)],
        );
        let facts = info.facts();
        let facts: Vec<_> = facts.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(facts, [("Package", "shop 1.0.0"), ("Features", "postgres")]);
    }
}
