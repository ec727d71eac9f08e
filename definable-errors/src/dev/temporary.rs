//! Temporary folders for the unit tests of this module. The published package has no helpers of the
//! workspace.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

/// An empty folder, which is removed with its contents when it is dropped: also if a test fails.
pub(super) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub(super) fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("definable-errors-dev-{}-{number}", process::id());
        let path = env::temp_dir().join(name);
        // An earlier process with the same id may have been killed.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn folder_is_removed_if_a_test_fails() {
    let mut path = PathBuf::new();
    let failure = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let folder = TemporaryFolder::create();
        fs::write(folder.path().join("file"), "text").unwrap();
        folder.path().clone_into(&mut path);
        std::panic::resume_unwind(Box::new("failed"));
    }));
    assert!(failure.is_err() && path.is_absolute() && !path.exists());
}
