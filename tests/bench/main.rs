//! What a request costs: instructions, allocations and time, for us and for what a service would
//! otherwise use. README.md says how to run it and how to read it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints a table")]

mod checks;
mod gates;
mod measure;
mod once;
mod peers;
mod row;
mod scenarios;
mod table;

use std::process::ExitCode;

use self::row::Scenario;
use self::table::Measured;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let scenarios = scenarios::all();
    if let [measure::RUN, scenario, row, requests] = &*strs(&arguments) {
        measure::run(&scenarios, scenario, row, requests);
        return ExitCode::SUCCESS;
    }
    // `cargo bench` says `--bench`; `cargo test --benches` does not and wants no more than a check.
    if has("--once") || !has("--bench") {
        once::check(&scenarios);
        return ExitCode::SUCCESS;
    }
    if has("--checks") {
        return match checks::report() || !has("--gate") {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        };
    }
    match measured(&scenarios) {
        Ok(measured) => report(&measured, has("--write"), has("--gate")),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

fn measured(scenarios: &[Scenario]) -> Result<Vec<Measured>, measure::Failed> {
    measure::ensure_valgrind()?;
    scenarios.iter().map(Measured::of).collect()
}

fn report(measured: &[Measured], write: bool, gate: bool) -> ExitCode {
    let table = table::of(measured);
    println!("{table}");
    if write {
        table::write(&table);
    }
    match gate && !gates::hold(measured) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}
