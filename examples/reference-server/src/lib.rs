//! A knowledge-base API for organizations, in which every error that leaves is right.
//!
//! [`serve`] starts it as `main` does; [`app`] is the service alone.

mod app;
mod db;
mod debug;
mod documents;
mod environment;
mod health;
mod kbs;
mod logging;
mod organization;
mod problem_base;
mod seed;
mod serve;
mod settings;
mod shutdown;
mod start_error;
mod v0;
mod welcome;

pub use self::app::app;
pub use self::db::{Database, OpenDatabase};
pub use self::logging::LogFormat;
pub use self::problem_base::ProblemBase;
pub use self::serve::serve;
pub use self::settings::Settings;
pub use self::start_error::StartError;
