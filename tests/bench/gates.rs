//! What must hold, and where we mean to be: instructions of one request.

use crate::row::Row;
use crate::scenarios::{
    AUTHENTICATED, CHECK, DERIVED, DERIVED_THROUGH_LAYER, FORM, INVALID, JSON, PATH, QUERY,
    REQUIRED, SUCCESS, SUCCESS_WITH_IDS, UNKNOWN_ROUTE, VALID, WRONG_METHOD,
};
use crate::table::Measured;

/// A limit for a row of ours.
struct Gate {
    scenario: &'static str,
    row: &'static str,
    counts: Counts,
    gate: f64,
    goal: f64,
}

enum Counts {
    /// The whole request.
    All,
    /// What the baseline does not cost.
    OverBaseline,
    /// The whole request, in hundredths of the baseline.
    PerCent,
}

const GATES: [Gate; 16] = [
    over(SUCCESS_WITH_IDS, 5_900.0, 3_200.0),
    over(SUCCESS, 5_900.0, 3_200.0),
    all(DERIVED, 12_000.0, 10_500.0),
    all(DERIVED_THROUGH_LAYER, 18_000.0, 13_300.0),
    all(UNKNOWN_ROUTE, 12_000.0, 9_500.0),
    all(WRONG_METHOD, 13_500.0, 10_200.0),
    per_cent(JSON, 101.0, 100.0),
    per_cent(FORM, 101.0, 100.0),
    per_cent(QUERY, 101.0, 100.0),
    per_cent(PATH, 101.0, 100.0),
    all(INVALID, 22_500.0, 20_000.0),
    all(VALID, 25_800.0, 25_200.0),
    all(VALID, 25_800.0, 25_200.0).of(Row::OURS_VALIDATOR),
    per_cent(AUTHENTICATED, 105.0, 100.0),
    over(CHECK, 1_000.0, 600.0),
    over(REQUIRED, 1_000.0, 600.0),
];

const fn over(scenario: &'static str, gate: f64, goal: f64) -> Gate {
    Gate { scenario, row: Row::OURS, counts: Counts::OverBaseline, gate, goal }
}

const fn all(scenario: &'static str, gate: f64, goal: f64) -> Gate {
    Gate { scenario, row: Row::OURS, counts: Counts::All, gate, goal }
}

const fn per_cent(scenario: &'static str, gate: f64, goal: f64) -> Gate {
    Gate { scenario, row: Row::OURS, counts: Counts::PerCent, gate, goal }
}

impl Gate {
    const fn of(mut self, row: &'static str) -> Self {
        self.row = row;
        self
    }

    fn figure(&self, measured: &[Measured]) -> f64 {
        let scenario = measured.iter().find(|measured| measured.scenario == self.scenario);
        let scenario = scenario.expect("a gate has a scenario");
        let ours = scenario.lines.iter().find(|line| line.name == self.row);
        let ours = ours.expect("a gate's scenario has a row of ours").counts.instructions;
        match self.counts {
            Counts::All => ours,
            Counts::OverBaseline => ours - scenario.baseline().counts.instructions,
            Counts::PerCent => 100.0 * ours / scenario.baseline().counts.instructions,
        }
    }
}

/// Prints every gate; whether all of them hold.
pub(crate) fn hold(measured: &[Measured]) -> bool {
    let mut all_hold = true;
    for gate in &GATES {
        let figure = gate.figure(measured);
        let holds = figure <= gate.gate;
        all_hold &= holds;
        println!(
            "{}: {}: {}: {figure:.0}, gate {}, goal {}{}",
            if holds { "holds" } else { "MISSED" },
            gate.scenario,
            gate.row,
            gate.gate,
            gate.goal,
            if figure <= gate.goal { ", reached" } else { "" },
        );
    }
    all_hold
}
