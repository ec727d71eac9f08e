use std::path::{Path, PathBuf};

pub(crate) const MISSING: &str = "what the tests need is not installed: run `tests/run tools`";

/// Returns the path of an installed file below `target/live`.
pub(crate) fn installed(path: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("live").join(path);
    assert!(path.exists(), "{MISSING}");
    path
}
