//! How the cost of a large wrong body grows with its size. README.md says how to read it.

mod bodies;
mod cases;

use std::hint::black_box;

use serde_json::Value;

use self::cases::{CASES, Case};
use crate::measure::{self, Failed};

/// The first argument of the program that valgrind runs; case, bytes and what to do follow.
pub(crate) const GROW: &str = "--grow";

/// What is done with the body; anything else is nothing.
const ANSWER: &str = "answer";
const PARSE: &str = "parse";
const PLAIN: &str = "plain";

const KIB: usize = 1024;
const SIZES: [usize; 3] = [256 * KIB, 512 * KIB, 1024 * KIB];

/// A byte of the largest body may cost so much more than one of the smallest.
const MOST: f64 = 1.25;

/// What valgrind runs.
pub(crate) fn run(case: &str, bytes: &str, what: &str) {
    let case = CASES.iter().find(|known| known.name == case).expect("the parent knows its cases");
    let body = (case.body)(bytes.parse().expect("the parent sends a number"));
    match what {
        ANSWER => {
            let told = (case.read)(&body);
            assert_eq!(told.is_some(), case.told.is_some(), "{}", case.name);
            assert!(told >= case.told && told <= Some(100), "{}: {told:?}", case.name);
        }
        PARSE => drop(black_box(serde_json::from_str::<Value>(&body))),
        PLAIN => _ = black_box((case.plain)(&body)),
        _ => {}
    }
}

/// Prints what every case costs; whether none grows.
pub(crate) fn hold() -> Result<bool, Failed> {
    println!("| wrong body | 256 KiB | 512 KiB | 1 MiB | grows by | parses |");
    println!("|---|--:|--:|--:|--:|--:|");
    let mut all_hold = true;
    for case in &CASES {
        let costs = SIZES.map(|bytes| per_byte(case, bytes, ANSWER));
        let [small, middle, large] = costs;
        let (small, middle, large) = (small?, middle?, large?);
        let parse = per_byte(case, SIZES[2], PARSE)?.max(per_byte(case, SIZES[2], PLAIN)?);
        let holds = large <= small * MOST;
        all_hold &= holds;
        println!(
            "| {} | {small:.0} | {middle:.0} | {large:.0} | {:.2}{} | {:.1} |",
            case.name,
            large / small,
            if holds { "" } else { ", MISSED" },
            large / parse,
        );
    }
    println!();
    Ok(all_hold)
}

/// Instructions for each byte of a body.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn per_byte(case: &Case, bytes: usize, what: &str) -> Result<f64, Failed> {
    let size = bytes.to_string();
    let instructions = |what| measure::instructions(&[GROW, case.name, &size, what]);
    let (before, after) = (instructions("nothing")?, instructions(what)?);
    Ok((after - before) as f64 / bytes as f64)
}

/// Every case answers once, with what it should.
pub(crate) fn check() {
    for case in &CASES {
        run(case.name, &SIZES[2].to_string(), ANSWER);
    }
    println!("growth: {} large bodies are answered", CASES.len());
}
