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

impl Failed {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

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
    let per_request = |short: i64, long: i64| (long - short) as f64 / (LONG - SHORT) as f64;
    Ok(Counts {
        instructions: per_request(short.instructions, long.instructions),
        allocations: per_request(short.allocations, long.allocations),
    })
}

/// The sums of a profile. Counts of a profile are signed, because they are subtracted.
struct Totals {
    instructions: i64,
    allocations: i64,
}

/// Returns the instructions of this program when started with these arguments.
pub(crate) fn instructions(arguments: &[&str]) -> Result<i64, Failed> {
    let totals = read(&profiled(&[], arguments)?).ok_or_else(|| no_totals(arguments))?;
    Ok(totals.instructions)
}

fn totals(scenario: &Scenario, row: &Row, requests: u64) -> Result<Totals, Failed> {
    let text = profile(scenario.name, row.name, requests)?;
    read(&text).ok_or_else(|| no_totals(&[scenario.name, row.name]))
}

/// The profiles of a short and a long run of one row.
pub(crate) struct Profiles {
    short: String,
    long: String,
}

impl Profiles {
    pub(crate) fn of(scenario: &str, row: &str) -> Result<Self, Failed> {
        let short = profile(scenario, row, SHORT)?;
        Ok(Self { short, long: profile(scenario, row, LONG)? })
    }

    /// Returns what a figure of a profile is for one request.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub(crate) fn per_request(&self, figure: impl Fn(&str) -> i64) -> f64 {
        (figure(&self.long) - figure(&self.short)) as f64 / (LONG - SHORT) as f64
    }
}

fn profile(scenario: &str, row: &str, requests: u64) -> Result<String, Failed> {
    profiled(&[COUNTED], &[RUN, scenario, row, &requests.to_string()])
}

fn no_totals(arguments: &[&str]) -> Failed {
    Failed(format!("{}: valgrind wrote no totals", arguments.join(", ")))
}

/// Runs this program under valgrind with the arguments, and returns the profile.
fn profiled(counting: &[&str], arguments: &[&str]) -> Result<String, Failed> {
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
    std::fs::read_to_string(&profile).map_err(|error| failed(&error))
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
    let instructions = instructions_in(profile)?;
    let allocations = calls_in(profile).filter(|call| is_allocation(call.callee));
    let allocations = allocations.map(|call| call.count).sum();
    (instructions > 0).then_some(Totals { instructions, allocations })
}

/// Returns all instructions of a profile.
pub(crate) fn instructions_in(profile: &str) -> Option<i64> {
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: "))?;
    total.trim().parse().ok()
}

/// All calls from one place of a program.
pub(crate) struct Calls<'p> {
    pub(crate) caller: &'p str,
    pub(crate) callee: &'p str,
    count: i64,
    /// The instructions of the callee and of all that it calls.
    pub(crate) instructions: i64,
}

/// Reads the calls of a profile. It is a list of the functions, each with what it calls; the line after
/// a call has its position and its cost.
pub(crate) fn calls_in(profile: &str) -> impl Iterator<Item = Calls<'_>> {
    let mut names = HashMap::new();
    let (mut function, mut called) = ("", "");
    let mut lines = profile.lines();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            if let Some(name) = line.strip_prefix("fn=") {
                function = decompressed(name, &mut names);
            } else if let Some(name) = line.strip_prefix("cfn=") {
                called = decompressed(name, &mut names);
            } else if let Some(calls) = line.strip_prefix("calls=") {
                let number = |word: Option<&str>| word?.parse().ok();
                let count = number(calls.split(' ').next())?;
                let instructions = number(lines.next()?.split(' ').nth(1))?;
                return Some(Calls { caller: function, callee: called, count, instructions });
            }
        }
    })
}

/// A name is `(id) name` the first time, and `(id)` from then on.
fn decompressed<'p>(name: &'p str, names: &mut HashMap<&'p str, &'p str>) -> &'p str {
    let (id, name) = name.split_once(' ').unwrap_or((name, ""));
    if name.is_empty() {
        return names.get(id).copied().unwrap_or("");
    }
    names.insert(id, name);
    name
}

/// Returns whether Rust's system allocator ends in this function; a block that grows counts again.
fn is_allocation(function: &str) -> bool {
    matches!(function, "malloc" | "calloc" | "realloc" | "posix_memalign" | "aligned_alloc")
}
