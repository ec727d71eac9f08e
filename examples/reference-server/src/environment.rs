//! Precedence of `--app-env` over `APP_ENV`, although development mode trusts the variable alone.

use std::env;
use std::io;
use std::process::Command;

const APP_ENV: &str = "APP_ENV";

/// Restarts this program if `APP_ENV` differs from `app_env`, the value of the flag.
///
/// # Errors
///
/// Returns an error if the program cannot be restarted.
pub(crate) fn agree(app_env: &str) -> io::Result<()> {
    let said = env::var_os(APP_ENV).unwrap_or_default();
    if said == app_env {
        return Ok(());
    }
    restart(Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(APP_ENV, app_env))
}

/// Replaces the program in the same process, so that signals and its parent still find it.
#[cfg(unix)]
fn restart(command: &mut Command) -> io::Result<()> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

#[cfg(not(unix))]
fn restart(_: &mut Command) -> io::Result<()> {
    Err(io::Error::other("set APP_ENV in the environment, not by a flag"))
}
