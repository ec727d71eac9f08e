//! Counts under valgrind: this program starts itself again, twice for each row, with a short and a
//! long run. The difference is the cost of the requests, without startup and shutdown.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use support::files::Folder;

use crate::row::{COUNTED, Row, Scenario};

/// The first argument of the program under valgrind; scenario, row and number of requests follow.
pub(crate) const RUN: &str = "--run";

const SHORT: u64 = 200;
const LONG: u64 = 1_200;

/// The cost of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
}

/// The reason why there are no counts.
#[derive(Debug)]
pub(crate) struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) fn ensure_valgrind() -> Result<(), Failed> {
    let status = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) {
        Ok(())
    } else {
        Err(Failed(
            "instructions are counted by valgrind, and there is no `valgrind` in the PATH; install \
             it (`tests/run` does), or run `cargo bench -p bench -- --once` for the checks alone"
                .into(),
        ))
    }
}

/// Runs one row under valgrind.
pub(crate) fn run(scenarios: &[Scenario], scenario: &str, row: &str, requests: &str) {
    let rows =
        scenarios.iter().filter(|known| known.name == scenario).flat_map(|known| &known.rows);
    let row = rows.into_iter().find(|known| known.name == row).expect("the parent knows its rows");
    row.run(requests.parse().expect("the parent sends a number"));
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn count(scenario: &Scenario, row: &Row) -> Result<Counts, Failed> {
    let short = totals(scenario, row, SHORT)?;
    let long = totals(scenario, row, LONG)?;
    let per_request = |short: u64, long: u64| (long - short) as f64 / (LONG - SHORT) as f64;
    Ok(Counts {
        instructions: per_request(short.instructions, long.instructions),
        allocations: per_request(short.allocations, long.allocations),
    })
}

struct Totals {
    instructions: u64,
    allocations: u64,
}

/// Returns the instructions of this program when started with these arguments.
pub(crate) fn instructions(arguments: &[&str]) -> Result<u64, Failed> {
    Ok(profiled(&[], arguments)?.instructions)
}

fn totals(scenario: &Scenario, row: &Row, requests: u64) -> Result<Totals, Failed> {
    profiled(&[COUNTED], &[RUN, scenario.name, row.name, &requests.to_string()])
}

fn profiled(counting: &[&str], arguments: &[&str]) -> Result<Totals, Failed> {
    let folder = Folder::create();
    let profile = folder.path().join("callgrind");
    let failed = |what: &dyn fmt::Display| Failed(format!("{}: {what}", arguments.join(", ")));
    let exe = std::env::current_exe().map_err(|error| failed(&error))?;
    let output = valgrind(&exe, &profile, counting)
        .args(arguments)
        .output()
        .map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&String::from_utf8_lossy(&output.stderr)));
    }
    let text = std::fs::read_to_string(&profile).map_err(|error| failed(&error))?;
    read(&text).ok_or_else(|| failed(&"valgrind wrote no totals"))
}

fn valgrind(exe: &Path, profile: &Path, counting: &[&str]) -> Command {
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind", "--dump-line=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .args(counting)
        .arg(exe);
    command
}

/// Reads all instructions and the number of allocations from a profile. A counting allocator would
/// cost instructions itself.
fn read(profile: &str) -> Option<Totals> {
    let mut names = HashMap::new();
    let mut callee = "";
    let mut totals = Totals { instructions: 0, allocations: 0 };
    for line in profile.lines() {
        if let Some(named) = line.strip_prefix("cfn=").or(line.strip_prefix("fn=")) {
            // A name is `(id) name` the first time, and `(id)` from then on.
            let (id, name) = named.split_once(' ').unwrap_or((named, ""));
            let name = match name {
                "" => names.get(id).copied().unwrap_or(""),
                name => {
                    names.insert(id, name);
                    name
                }
            };
            callee = name;
        } else if let Some(calls) = line.strip_prefix("calls=") {
            let calls: u64 = calls.split(' ').next()?.parse().ok()?;
            totals.allocations += if is_allocation(callee) { calls } else { 0 };
        } else if let Some(total) = line.strip_prefix("totals: ") {
            totals.instructions = total.trim().parse().ok()?;
        }
    }
    (totals.instructions > 0).then_some(totals)
}

/// Returns whether Rust's system allocator ends in this function; a block that grows counts again.
fn is_allocation(function: &str) -> bool {
    matches!(function, "malloc" | "calloc" | "realloc" | "posix_memalign" | "aligned_alloc")
}
