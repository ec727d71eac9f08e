//! The gates of a run, and the lines that it prints.

use std::fmt::Display;

use crate::settings::Size;

/// Prints a line for each gate, and records which were missed.
pub(crate) struct Gates {
    size: Size,
    missed: Vec<String>,
    count: usize,
}

/// A figure and its unit, as printed in a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure(pub(crate) f64, pub(crate) &'static str);

impl Gates {
    pub(crate) const fn new(size: Size) -> Self {
        Self { size, missed: Vec::new(), count: 0 }
    }

    /// Checks a gate that must hold on every machine.
    pub(crate) fn at_most(&mut self, what: impl Display, figure: Figure, gate: f64) {
        self.judge(figure.0 <= gate, &what, figure, "at most", gate);
    }

    pub(crate) fn at_least(&mut self, what: impl Display, figure: Figure, gate: f64) {
        self.judge(figure.0 >= gate, &what, figure, "at least", gate);
    }

    /// Checks a gate that depends on the speed of the machine, at full size only.
    pub(crate) fn fast(&mut self, what: impl Display, figure: Figure, gate: f64) {
        match self.size {
            Size::Full => self.at_most(what, figure, gate),
            Size::Once => note(format_args!("{what}: {}", shown(figure.0, figure.1))),
        }
    }

    /// Checks a lower bound as [`fast`](Self::fast) checks an upper one.
    pub(crate) fn plenty(&mut self, what: impl Display, figure: Figure, gate: f64) {
        match self.size {
            Size::Full => self.at_least(what, figure, gate),
            Size::Once => note(format_args!("{what}: {}", shown(figure.0, figure.1))),
        }
    }

    fn judge(&mut self, holds: bool, what: &dyn Display, figure: Figure, word: &str, gate: f64) {
        let Figure(figure, unit) = figure;
        let verdict = if holds { "holds" } else { "MISSED" };
        let line = format!("{what}: {}, gate {word} {}", shown(figure, unit), shown(gate, unit));
        println!("  {verdict}: {line}");
        self.count += 1;
        if !holds {
            self.missed.push(line);
        }
    }

    pub(crate) fn all_hold(&self) -> bool {
        self.missed.is_empty()
    }

    /// Prints the missed gates once more at the end, where they are easy to find.
    pub(crate) fn tell(&self) {
        println!("{} of {} gates hold", self.count - self.missed.len(), self.count);
        for line in &self.missed {
            println!("MISSED: {line}");
        }
    }
}

/// Prints a figure that explains others and is no gate.
pub(crate) fn note(what: impl Display) {
    println!("  {what}");
}

fn shown(figure: f64, unit: &str) -> String {
    let digits = match figure.abs() {
        0.0 | 100.0.. => 0,
        1.0.. => 1,
        _ => 3,
    };
    format!("{figure:.digits$} {unit}").trim_end().to_owned()
}
