//! The table that is printed, and written to README.md.

use std::fmt::Write;
use std::process::Command;

use crate::measure::{self, Counts, Failed};
use crate::row::{Row, Scenario};

/// A scenario and the costs of its rows.
pub(crate) struct Measured {
    pub(crate) scenario: &'static str,
    /// The rows, of which the first one is the baseline.
    pub(crate) lines: Vec<Line>,
}

pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) counts: Counts,
    pub(crate) nanoseconds: f64,
}

impl Measured {
    pub(crate) fn of(scenario: &Scenario) -> Result<Self, Failed> {
        eprintln!("{} …", scenario.name);
        let times = measure::nanoseconds(&scenario.rows);
        let line = |(row, nanoseconds): (&Row, f64)| {
            let counts = measure::count(scenario, row)?;
            Ok(Line { name: row.name, counts, nanoseconds })
        };
        let lines = scenario.rows.iter().zip(times).map(line).collect::<Result<_, _>>()?;
        Ok(Self { scenario: scenario.name, lines })
    }

    pub(crate) fn baseline(&self) -> &Line {
        self.lines.first().expect("a scenario has a baseline")
    }
}

pub(crate) fn of(measured: &[Measured]) -> String {
    let mut table = String::from(
        "| scenario | implementation | instructions | over the baseline | allocations | time | ratio |\n\
         |---|---|--:|--:|--:|--:|--:|\n",
    );
    for scenario in measured {
        for line in &scenario.lines {
            let _ = writeln!(table, "| {} | {} |", scenario.scenario, cells(line, scenario));
        }
    }
    table
}

fn cells(line: &Line, scenario: &Measured) -> String {
    let baseline = scenario.baseline();
    let over = line.counts.instructions - baseline.counts.instructions;
    format!(
        "{} | {:.0} | {over:+.0} | {:.1} | {:.0} ns | {:.2}",
        line.name,
        line.counts.instructions,
        line.counts.allocations,
        line.nanoseconds,
        line.nanoseconds / baseline.nanoseconds,
    )
}

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
pub(crate) const REQUESTS: &str = "## The last table";
pub(crate) const THROUGHPUT: &str = "## The last table of requests per second";
pub(crate) const PROFILE: &str = "## The last profile";
pub(crate) const GROWTH: &str = "## The last table of large bodies";

/// Replaces the text under the heading.
pub(crate) fn write(heading: &str, table: &str) {
    let readme = std::fs::read_to_string(README).expect("README.md is there");
    let line = format!("\n{heading}\n");
    let (before, after) = readme.split_once(&line).expect("README.md has the heading");
    let after = after.find("\n## ").map_or("", |next| &after[next..]);
    let (date, rustc, valgrind) =
        (says("date", "-I"), says("rustc", "--version"), says("valgrind", "--version"));
    let machine = format!("{date}, {rustc}, {valgrind}, {}.", target());
    std::fs::write(README, format!("{before}{line}\n{machine}\n\n{table}{after}"))
        .expect("README.md can be written");
}

fn says(program: &str, flag: &str) -> String {
    let output = Command::new(program).arg(flag).output().map(|output| output.stdout);
    String::from_utf8_lossy(&output.unwrap_or_default()).trim().to_owned()
}

fn target() -> String {
    format!("{} {}", std::env::consts::ARCH, std::env::consts::OS)
}
