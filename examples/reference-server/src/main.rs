//! The program: reads the settings and serves, or prints in one sentence why it cannot.

use std::io::{self, Write};
use std::process::ExitCode;

use reference_server::{Settings, StartError, serve};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr cannot be written to, the exit code has to be enough.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run() -> Result<(), StartError> {
    serve(Settings::read()?).await
}
