//! Tests at full size of what limits guarantee: floods of millions, a Redis that is killed and
//! hangs under load, clients that disconnect, ten times the capacity, bodies that are wrong
//! everywhere; and of the reference server as a whole. README.md explains how to run them, and has the last figures.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints what holds")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod gates;
mod http;
mod memory;
mod program;
mod redis;
mod runtime;
mod settings;
mod system;

use std::process::ExitCode;

use self::gates::Gates;
use self::settings::Settings;

type Part = fn(&mut Gates, Settings);

const PARTS: [(&str, Part); 15] = [
    ("churn", memory::churn),
    ("growth", memory::growth),
    ("flood", memory::flood),
    ("forwarded", memory::forwarded),
    ("threads", memory::threads),
    ("replicas", redis::replicas),
    ("time", redis::time),
    ("killed", redis::killed),
    ("hangs", redis::hangs),
    ("forgets", redis::forgets),
    ("closed", redis::closed),
    ("leaving", http::leaving),
    ("overload", http::overload),
    ("mistakes", http::mistakes),
    ("system", system::system),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let [program::ROLE, role, rest @ ..] = &*words {
        play(role, rest);
        return ExitCode::SUCCESS;
    }
    match Settings::read(&words) {
        Ok((settings, names)) => run(settings, &names),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the role for which this program started itself.
fn play(role: &str, words: &[&str]) {
    match (role, words) {
        (memory::GROW, [kind, clients]) => memory::grow(kind, clients),
        (redis::SERVE, [url, plan, limit, window]) => redis::serve(url, plan, limit, window),
        (http::SERVE, []) => http::serve(),
        (http::MISTAKES, []) => http::serve_mistakes(),
        _ => panic!("the parent knows its roles: {role} {words:?}"),
    }
}

fn run(settings: Settings, names: &[&str]) -> ExitCode {
    let known: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        eprintln!("error: there is no part {unknown}; there are {}", known.join(", "));
        return ExitCode::FAILURE;
    }
    let mut gates = Gates::new(settings.size);
    for (name, part) in PARTS {
        if names.is_empty() || names.contains(&name) {
            println!("{name}:");
            part(&mut gates, settings);
        }
    }
    gates.tell();
    if gates.all_hold() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
