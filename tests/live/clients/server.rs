//! The reference server, started in the usual way.

use support::process::{Process, url_in};

use crate::reference_server::program;

// Ids of the seed data.
pub(super) const ACME: &str = "11111111-1111-4111-8111-111111111111";
pub(super) const HANDBOOK: &str = "aaaaaaaa-0001-4000-8000-000000000000";
pub(super) const OWNER: &str = "bbbbbbbb-0001-4000-8000-000000000000";

/// The program in development mode, on a port of its own.
pub(super) struct Server {
    _process: Process,
    pub(super) url: String,
}

impl Server {
    /// Starts the program with a quota that the flows use up; pages of `origin` may read all
    /// responses.
    pub(super) fn start(origin: &str) -> Self {
        let settings = [("APP_ENV", "dev"), ("RATE_LIMIT", "24/6s"), ("CORS_ORIGINS", origin)];
        let mut process = Process::start(program().envs(settings));
        let url = process.lines().find_map(|line| url_in(&line).map(str::to_owned)).unwrap();
        process.discard_output();
        Self { _process: process, url }
    }
}
