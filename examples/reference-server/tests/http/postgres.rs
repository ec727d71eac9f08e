//! The tests of this program once more, on a PostgreSQL.

use std::process::Stdio;

use support::needs;
use support::postgres::{Database, Server};
use support::process::this_program;

use crate::Server as Program;
use crate::database::TEMPLATE;

/// What does not depend on the database, and takes long: it runs only on SQLite.
const APART: [&str; 5] = ["postgres::", "passwords::", "proxies::", "connections::", "settings::"];

/// The servers of these tests get copies of one database that a server has migrated and filled.
#[cfg_attr(not(feature = "postgres"), ignore = "needs the feature `postgres`")]
#[test]
fn all_tests_pass_on_postgres() {
    needs!(PostgreSql);
    let postgres = Server::start();
    let template = Database::create(&postgres.url());
    drop(Program::with(&[("DATABASE_URL", &template.url())]));

    let mut tests = this_program();
    tests.env(TEMPLATE, template.url()).stdin(Stdio::null());
    tests.args(APART.iter().flat_map(|module| ["--skip", module]));
    let output = tests.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("test kbs::") && text.contains("test jobs::"), "they ran: {text}");
}
