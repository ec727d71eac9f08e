//! The log, as text or as JSON.

use std::io;
use std::str::FromStr;

use definable_errors::dev;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// JSON for machines, one object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json"),
        }
    }
}

/// Installs the subscriber. Logs go to stderr; stdout is left to the greeting with the address.
pub(crate) fn install(filter: Targets, format: LogFormat) {
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(io::stderr);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    // In development, the page of an error shows what happened before it, whatever the log shows.
    tracing_subscriber::registry().with(lines.with_filter(filter)).with(dev::timeline()).init();
}
