//! Reads the settings, serves, and says in one sentence why it does not.

use std::io::{self, Write};
use std::process::ExitCode;

use reference_server::{Settings, StartError, serve};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads it, the exit code has to say enough.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run() -> Result<(), StartError> {
    serve(Settings::read()?).await
}
