//! A real browser, for what only the script of a page can show.

use std::process::Stdio;

use crate::files::Folder;
use crate::process::{Process, installed};
use crate::tools::CHROMIUM;

/// A browser that shows one page until it is dropped, with a profile of its own.
#[derive(Debug)]
pub struct Chromium {
    _process: Process,
    // Dropped after the process, which writes to it.
    profile: Folder,
}

impl Chromium {
    /// Opens `url`.
    pub fn open(url: &str) -> Self {
        Self::with(&[], url)
    }

    /// Opens `url`, and accepts commands of its remote debugging protocol.
    pub fn debugged(url: &str) -> Self {
        Self::with(&["--remote-debugging-port=0"], url)
    }

    /// Returns the port for commands, as soon as the browser accepts them.
    pub fn debugging_port(&self) -> Option<u16> {
        // Written by the browser: the port, and the path of the browser itself.
        let file = self.profile.path().join("DevToolsActivePort");
        std::fs::read_to_string(file).ok()?.lines().next()?.parse().ok()
    }

    fn with(arguments: &[&str], url: &str) -> Self {
        let profile = Folder::create();
        let mut command = installed(&CHROMIUM);
        command
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
            ])
            .args(["--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(arguments)
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self { _process: Process::start(&mut command), profile }
    }
}
