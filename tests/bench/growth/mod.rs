//! The growth of the cost of a large wrong body with its size. README.md explains how to read it.

mod bodies;
mod cases;

use std::fmt::Write;
use std::hint::black_box;

use serde_json::Value;

use self::cases::{CASES, Case};
use crate::measure::{self, Failed};

/// The first argument of the program under valgrind; the case, the size and the action follow.
pub(crate) const GROW: &str = "--grow";

/// The actions on the body; any other one does nothing.
const ANSWER: &str = "answer";
const PARSE: &str = "parse";

const KIB: usize = 1024;
/// The sizes. Smaller bodies have fewer mistakes than are reported, and larger ones are not
/// searched for all of them.
const SIZES: [usize; 4] = [16 * KIB, 24 * KIB, 32 * KIB, 48 * KIB];
const LARGEST: usize = SIZES[3];

/// The largest cost of a byte of the largest body, in units of that of the smallest.
const MOST: f64 = 1.3;

/// Runs one case under valgrind.
pub(crate) fn run(case: &str, bytes: &str, what: &str) {
    let case = CASES.iter().find(|known| known.name == case).expect("the parent knows its cases");
    let body = (case.body)(bytes.parse().expect("the parent sends a number"));
    match what {
        ANSWER => {
            let reported = (case.read)(&body);
            assert_eq!(reported.is_some(), case.reported.is_some(), "{}", case.name);
            assert!(
                reported >= case.reported && reported <= Some(100),
                "{}: {reported:?}",
                case.name
            );
        }
        PARSE => drop(black_box(serde_json::from_str::<Value>(&body))),
        _ => {}
    }
}

/// Checks that every case gets the expected response once.
pub(crate) fn check() {
    for case in &CASES {
        run(case.name, &LARGEST.to_string(), ANSWER);
    }
    println!("growth: {} large bodies are answered", CASES.len());
}

/// A case and its cost in instructions per byte.
pub(crate) struct Grown {
    case: &'static str,
    costs: [f64; SIZES.len()],
    /// The cost of reading the largest body into a `serde_json::Value`.
    parse: f64,
}

impl Grown {
    fn of(case: &Case) -> Result<Self, Failed> {
        eprintln!("{} …", case.name);
        let mut costs = [0.0; SIZES.len()];
        for (cost, bytes) in costs.iter_mut().zip(SIZES) {
            *cost = per_byte(case, bytes, ANSWER)?;
        }
        Ok(Self { case: case.name, costs, parse: per_byte(case, LARGEST, PARSE)? })
    }

    fn growth(&self) -> f64 {
        self.costs[SIZES.len() - 1] / self.costs[0]
    }
}

/// Returns the instructions per byte of a body.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn per_byte(case: &Case, bytes: usize, what: &str) -> Result<f64, Failed> {
    let size = bytes.to_string();
    let instructions = |what| measure::instructions(&[GROW, case.name, &size, what]);
    let (before, after) = (instructions("nothing")?, instructions(what)?);
    Ok((after - before) as f64 / bytes as f64)
}

pub(crate) fn all() -> Result<Vec<Grown>, Failed> {
    CASES.iter().map(Grown::of).collect()
}

pub(crate) fn table(grown: &[Grown]) -> String {
    let mut table = String::from(
        "| wrong body | 16 KiB | 24 KiB | 32 KiB | 48 KiB | grows by | over parsing |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    for it in grown {
        let [first, second, third, last] = it.costs;
        let _ = writeln!(
            table,
            "| {} | {first:.0} | {second:.0} | {third:.0} | {last:.0} | {:.2} | {:.1} |",
            it.case,
            it.growth(),
            last / it.parse,
        );
    }
    table
}

/// Prints every gate, and returns whether all of them hold.
pub(crate) fn hold(grown: &[Grown]) -> bool {
    let mut all_hold = true;
    for it in grown {
        let holds = it.growth() <= MOST;
        all_hold &= holds;
        println!(
            "{}: {}: grows by {:.2}, gate {MOST}",
            if holds { "holds" } else { "MISSED" },
            it.case,
            it.growth(),
        );
    }
    all_hold
}
