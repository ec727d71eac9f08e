//! What `tests/run tools` installs, and what a test does without it: it is skipped with a sentence, or fails
//! where everything must run.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

/// Returns from a test if it needs a [`Tool`] that is not installed, after a sentence that says so. The test
/// fails instead if [`are_required`](crate::tools::are_required).
#[macro_export]
macro_rules! needs {
    ($($tool:ident),+ $(,)?) => {
        if !$crate::tools::are_installed(&[$($crate::tools::Tool::$tool),+]) {
            return;
        }
    };
}

/// The variable that decides what happens if a tool is missing: `required` or `optional`.
const TOOLS: &str = "DEFINABLE_ERRORS_TOOLS";

/// A program of others that some tests need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// A browser.
    Chromium,
    /// The client of the commands that programs print.
    Curl,
    /// A proxy.
    Haproxy,
    /// A proxy.
    Nginx,
    /// Node, with the packages of `tests/live/node`.
    Node,
    /// Node, with the packages of `tests/live/openapi`.
    NodeOpenApi,
    /// The program that creates certificates.
    OpenSsl,
    /// A database server.
    PostgreSql,
    /// The file system in which Linux describes processes, which is never installed.
    ProcFs,
    /// Python, with the packages of `tests/live/python`.
    Python,
    /// A server that counts quotas.
    Redis,
    /// A relay.
    Socat,
}

impl Tool {
    fn is_installed(self) -> bool {
        match self {
            Self::Chromium => program(&CHROMIUM).is_some(),
            Self::Curl => program(&["curl"]).is_some(),
            Self::Haproxy => program(&["haproxy"]).is_some(),
            Self::Nginx => program(&["nginx"]).is_some(),
            Self::Node => has_packages("node"),
            Self::NodeOpenApi => has_packages("openapi"),
            Self::OpenSsl => program(&["openssl"]).is_some(),
            Self::PostgreSql => newest_postgres().is_some(),
            Self::ProcFs => Path::new("/proc/self/status").is_file(),
            Self::Python => live("python/requirements.txt").is_file(),
            Self::Redis => program(&["redis-server"]).is_some(),
            Self::Socat => program(&["socat"]).is_some(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Curl => "curl",
            Self::Haproxy => "haproxy",
            Self::Nginx => "nginx",
            Self::Node => "the Node packages of tests/live/node",
            Self::NodeOpenApi => "the Node packages of tests/live/openapi",
            Self::OpenSsl => "openssl",
            Self::PostgreSql => "PostgreSQL",
            Self::ProcFs => "the /proc of Linux",
            Self::Python => "the Python packages of tests/live/python",
            Self::Redis => "redis-server",
            Self::Socat => "socat",
        }
    }
}

/// The names of the browser, in the order in which they are tried.
pub(crate) const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Returns whether all of the tools are installed. If not, it writes a sentence to the standard error, which
/// the test harness does not capture.
///
/// # Panics
///
/// If one is missing and [`are_required`].
#[must_use]
pub fn are_installed(tools: &[Tool]) -> bool {
    let missing: Vec<_> = tools.iter().filter(|tool| !tool.is_installed()).collect();
    if missing.is_empty() {
        return true;
    }
    let names: Vec<_> = missing.iter().map(|tool| tool.name()).collect();
    let sentence = format!("needs {}; `tests/run tools` installs it", names.join(", "));
    assert!(!are_required(), "{sentence}, and {TOOLS} or CI requires it");
    let test = thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(io::stderr(), "{test} skipped: {sentence}");
    false
}

/// Returns whether a test fails without its tools: `DEFINABLE_ERRORS_TOOLS` is `required`, as in
/// `tests/run`, or `CI` is set and `DEFINABLE_ERRORS_TOOLS` is not `optional`.
#[must_use]
pub fn are_required() -> bool {
    requires(env::var(TOOLS).ok().as_deref(), env::var_os("CI").is_some())
}

fn requires(setting: Option<&str>, is_ci: bool) -> bool {
    match setting {
        None | Some("") => is_ci,
        Some("required") => true,
        Some("optional") => false,
        Some(other) => panic!("{TOOLS} is `{other}`; expected `required` or `optional`"),
    }
}

/// Returns the path of a file below `target/live`, where `tests/run tools` installs packages.
#[must_use]
pub fn live(path: &str) -> PathBuf {
    // Test programs are in `target/debug/deps`.
    let program = env::current_exe().expect("the program has a path");
    let target = program.ancestors().nth(3).expect("it is in a target folder");
    target.join("live").join(path)
}

fn has_packages(folder: &str) -> bool {
    program(&["node"]).is_some() && live(folder).join("installed").is_file()
}

/// Returns the path of the first of the named programs that is installed. Debian installs servers where the
/// `PATH` of users may not lead.
pub(crate) fn program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).chain([Path::new("/usr/sbin").into()]).collect();
    let mut files =
        names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.find(|file| file.is_file())
}

/// Returns the folder of the newest PostgreSQL that Debian has installed.
pub(crate) fn newest_postgres() -> Option<PathBuf> {
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    versions.filter_map(|entry| Some(entry.ok()?.path())).max_by_key(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_tool_fails_in_ci_unless_tools_are_optional() {
        assert!(!requires(None, false));
        assert!(requires(None, true) && requires(Some(""), true));
        assert!(requires(Some("required"), false));
        assert!(!requires(Some("optional"), true));
    }

    #[test]
    #[should_panic(expected = "expected `required` or `optional`")]
    fn setting_with_a_typing_error_is_refused() {
        let _ = requires(Some("requierd"), false);
    }
}
