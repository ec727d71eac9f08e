//! The package that a source file belongs to, read from its path.

use crate::error::is_in_std;

/// Reads the name and the version of a crate from the path of one of its files.
pub(super) fn version(file: &str) -> Option<String> {
    let (name, version) = name_and_version(file)?;
    Some(format!("{name} {version}"))
}

/// Reads the name of a package from the path of one of its files, in a registry or in the standard library.
pub(super) fn name(file: &str) -> Option<&str> {
    if let Some((name, _)) = name_and_version(file) {
        return Some(name);
    }
    let (_, inside) = file.rsplit_once("/library/").filter(|_| is_in_std(file))?;
    inside.split('/').next()
}

fn name_and_version(file: &str) -> Option<(&str, &str)> {
    let inside = without_registry(file);
    let folder = inside.split('/').next().filter(|_| inside.len() < file.len())?;
    let is_version = |at: &usize| folder[at + 1..].starts_with(|it: char| it.is_ascii_digit());
    let at = folder.match_indices('-').map(|(at, _)| at).find(is_version)?;
    Some((&folder[..at], &folder[at + 1..]))
}

/// Leaves out the part of a path that all crates of a registry have.
pub(super) fn without_registry(file: &str) -> &str {
    const REGISTRY: &str = "/registry/src/";
    let inside = file.find(REGISTRY).map(|at| &file[at + REGISTRY.len()..]);
    inside.and_then(|inside| inside.split_once('/')).map_or(file, |(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_is_read_from_the_path_of_a_file() {
        for (file, expected) in [
            ("/home/u/.cargo/registry/src/index-1/tower-http-0.7.1/src/lib.rs", Some("tower-http")),
            (
                "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/task.rs",
                Some("core"),
            ),
            ("/home/u/.rustup/lib/rustlib/src/rust/library/std/src/thread.rs", Some("std")),
            ("/srv/shop/library/src/lib.rs", None),
            ("src/main.rs", None),
        ] {
            assert_eq!(name(file), expected, "{file}");
        }
    }
}
