//! A check that every row gives the expected response once.

use crate::row::Scenario;

pub(crate) fn check(scenarios: &[Scenario]) {
    for scenario in scenarios {
        for row in &scenario.rows {
            let answer = row.once();
            assert_eq!(answer.status, row.status, "{}, {}", scenario.name, row.name);
            if let Some(proof) = row.proof {
                proof(&answer);
            }
        }
        println!("{}: {} rows answer", scenario.name, scenario.rows.len());
    }
}
