//! How the cost of a large wrong body grows with its size. README.md says how to read it.

mod bodies;
mod cases;

use self::cases::{CASES, Case};
use crate::measure::{self, Failed};

/// The first argument of the program that valgrind runs; case, bytes and answers follow.
pub(crate) const GROW: &str = "--grow";

const KIB: usize = 1024;
const SIZES: [usize; 3] = [256 * KIB, 512 * KIB, 1024 * KIB];

/// A byte of the largest body may cost so much more than one of the smallest.
const MOST: f64 = 1.25;

/// What valgrind runs.
pub(crate) fn run(case: &str, bytes: &str, answers: &str) {
    let case = CASES.iter().find(|known| known.name == case).expect("the parent knows its cases");
    let body = (case.body)(bytes.parse().expect("the parent sends a number"));
    for _ in 0..answers.parse().expect("the parent sends a number") {
        assert_eq!((case.read)(&body), case.told, "{}", case.name);
    }
}

/// Prints what every case costs; whether none grows.
pub(crate) fn hold() -> Result<bool, Failed> {
    println!("| 1 MiB body | violations | 256 KiB | 512 KiB | 1 MiB | grows by |");
    println!("|---|--:|--:|--:|--:|--:|");
    let mut all_hold = true;
    for case in &CASES {
        let costs = SIZES.map(|bytes| per_byte(case, bytes));
        let [small, middle, large] = costs;
        let (small, middle, large) = (small?, middle?, large?);
        let growth = large / small;
        all_hold &= growth <= MOST;
        let told = case.told.map_or_else(|| "none: malformed".to_owned(), |told| told.to_string());
        println!(
            "| {} | {told} | {small:.0} | {middle:.0} | {large:.0} | {growth:.2}{} |",
            case.name,
            if growth <= MOST { "" } else { ", MISSED" },
        );
    }
    println!();
    Ok(all_hold)
}

/// Instructions for each byte of a body.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn per_byte(case: &Case, bytes: usize) -> Result<f64, Failed> {
    let size = bytes.to_string();
    let instructions = |answers| measure::instructions(&[GROW, case.name, &size, answers]);
    let (before, after) = (instructions("0")?, instructions("1")?);
    Ok((after - before) as f64 / bytes as f64)
}

/// Every case answers once, with what it should.
pub(crate) fn check() {
    for case in &CASES {
        run(case.name, &SIZES[2].to_string(), "1");
    }
    println!("growth: {} large bodies are answered", CASES.len());
}
