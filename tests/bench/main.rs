//! The cost of a request in instructions, allocations and time, for this library and its
//! alternatives. README.md explains how to run the benchmark and how to read it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints a table")]

mod checks;
mod gates;
mod growth;
mod measure;
mod once;
mod peers;
mod profile;
mod row;
mod scenarios;
mod table;
mod throughput;

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
    if let [growth::GROW, case, bytes, what] = &*strs(&arguments) {
        growth::run(case, bytes, what);
        return ExitCode::SUCCESS;
    }
    if let [throughput::SERVE, load, service] = &*strs(&arguments) {
        throughput::serve(load, service);
        return ExitCode::SUCCESS;
    }
    // `cargo bench` passes `--bench`; `cargo test --benches` does not, and only needs a check.
    if has("--once") || !has("--bench") {
        once::check(&scenarios);
        growth::check();
        throughput::check();
        return ExitCode::SUCCESS;
    }
    if has("--checks") {
        return if checks::report() || !has("--gate") {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    match costs(&scenarios, &has) {
        Ok(holds) if holds || !has("--gate") => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The arguments that leave out all but the requests per second, the parts of a request, and the large
/// bodies.
const ALONE: [&str; 3] = ["--throughput", "--profile", "--growth"];

/// Prints all costs, or those of the one argument in [`ALONE`], and returns whether all gates hold.
fn costs(scenarios: &[Scenario], has: &dyn Fn(&str) -> bool) -> Result<bool, measure::Failed> {
    let alone: Vec<_> = ALONE.into_iter().filter(|flag| has(flag)).collect();
    if alone.len() > 1 {
        let flags = alone.join(" and ");
        return Err(measure::Failed::new(format!("{flags} exclude each other; name one of them")));
    }
    let (gate, write) = (has("--gate"), has("--write"));
    let mut all_hold = true;
    if !has("--growth") && !has("--profile") {
        let measured = throughput::all();
        report(table::THROUGHPUT, &throughput::table(&measured), write);
        all_hold &= !gate || gates::hold_under_load(&measured);
    }
    if has("--throughput") {
        return Ok(all_hold);
    }
    measure::ensure_valgrind()?;
    if has("--profile") || !has("--growth") {
        report(table::PROFILE, &profile::table()?, write);
    }
    if has("--profile") {
        return Ok(all_hold);
    }
    if !has("--growth") {
        let measured: Vec<_> = scenarios.iter().map(Measured::of).collect::<Result<_, _>>()?;
        report(table::REQUESTS, &table::of(&measured), write);
        all_hold &= !gate || gates::hold(&measured);
    }
    let grown = growth::all()?;
    report(table::GROWTH, &growth::table(&grown), write);
    Ok(all_hold & (!gate || growth::hold(&grown)))
}

fn strs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

fn report(heading: &str, table: &str, write: bool) {
    println!("{table}");
    if write {
        table::write(heading, table);
    }
}
