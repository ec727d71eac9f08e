//! A real browser, for what only the script of a page can show.

use std::process::Stdio;

use crate::files::Folder;
use crate::process::{Process, installed};

/// A browser that shows one page until it is dropped, with a profile of its own.
#[derive(Debug)]
pub struct Chromium {
    _process: Process,
    // Dropped after the process, which writes to it.
    _profile: Folder,
}

impl Chromium {
    /// Opens `url`.
    pub fn open(url: &str) -> Self {
        let profile = Folder::create();
        let mut command = installed(&["chromium", "chromium-browser", "google-chrome"]);
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
            ])
            .args(["--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self { _process: Process::start(&mut command), _profile: profile }
    }
}
