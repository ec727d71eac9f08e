use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::{env, fs, process};

use crate::installed::MISSING;

/// A browser that shows one page, with a profile of its own.
pub(crate) struct Chromium {
    process: Child,
    profile: PathBuf,
}

impl Chromium {
    /// Opens `url`. The profile is named after the test, whose name must be unique.
    pub(crate) fn open(url: &str, test: &str) -> Self {
        let profile = env::temp_dir().join(format!("definable-errors-{}-{test}", process::id()));
        let mut command = Command::new(program());
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
            ])
            .args(["--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self { process: command.spawn().unwrap(), profile }
    }
}

fn program() -> PathBuf {
    let path = env::var_os("PATH").unwrap();
    let folders: Vec<_> = env::split_paths(&path).collect();
    let programs = ["chromium", "chromium-browser", "google-chrome"];
    let all = programs.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let mut there = all.filter(|program| program.is_file());
    there.next().expect(MISSING)
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}
