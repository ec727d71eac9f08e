//! `--app-env` wins over `APP_ENV`, but development mode believes the environment alone.

use std::env;
use std::io;
use std::process::Command;

const APP_ENV: &str = "APP_ENV";

/// Starts this program anew when its environment says another mode than its flag; else does nothing.
///
/// # Errors
///
/// When the program cannot be started anew.
pub(crate) fn agree(app_env: &str) -> io::Result<()> {
    let said = env::var_os(APP_ENV).unwrap_or_default();
    if said == app_env {
        return Ok(());
    }
    restart(Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(APP_ENV, app_env))
}

/// The same process goes on, so that signals and its parent still find it.
#[cfg(unix)]
fn restart(command: &mut Command) -> io::Result<()> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

#[cfg(not(unix))]
fn restart(_: &mut Command) -> io::Result<()> {
    Err(io::Error::other("set APP_ENV in the environment, not by a flag"))
}
