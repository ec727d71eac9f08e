//! The count of planted, found, wrong and invented mistakes.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::misses::{Beside, KnownMiss};
use super::mistake::Mistake;
use super::shape::Shape;

/// The results for the planted mistakes.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) planted: usize,
    pub(super) found: usize,
    pub(super) missed: Vec<Miss>,
    /// Violations at or around the right place that describe another mistake.
    pub(super) wrong: Vec<String>,
    /// Violations where nothing was planted.
    pub(super) invented: Vec<String>,
    rows: BTreeMap<&'static str, (usize, usize)>,
}

/// A mistake that was not reported, or only as `invalid` or around its place.
#[derive(PartialEq)]
pub(super) struct Miss {
    pub(super) shape: &'static str,
    pub(super) lost: String,
    /// The other mistakes in the body.
    pub(super) beside: Vec<String>,
    pub(super) reported: Vec<String>,
}

impl Tally {
    /// Counts every mistake alone, every pair, and as many together as a body can contain.
    pub(super) fn count(&mut self, shape: &Shape) {
        let mistakes: Vec<_> = shape.mistakes.iter().collect();
        for (at, mistake) in mistakes.iter().enumerate() {
            if shape.is_taken(&[mistake]) {
                self.wrong.push(format!("{}: {:?} is none", shape.name, mistake.reported));
            }
            self.plant(shape, &[mistake]);
            for other in mistakes[at + 1..].iter().filter(|other| !other.excludes(mistake)) {
                self.plant(shape, &[mistake, other]);
            }
        }
        for body in together(&mistakes).iter().filter(|body| body.len() > 2) {
            self.plant(shape, body);
        }
    }

    fn plant(&mut self, shape: &Shape, mistakes: &[&Mistake]) {
        let planted: Vec<_> =
            mistakes.iter().flat_map(|mistake| &mistake.reported).cloned().collect();
        let reported = shape.reported(mistakes);
        let lost = without(&planted, &reported);
        let row = self.rows.entry(shape.name).or_default();
        row.0 += planted.len();
        row.1 += planted.len() - lost.len();
        self.planted += planted.len();
        self.found += planted.len() - lost.len();
        for line in without(&reported, &planted) {
            self.judge(
                &line,
                &lost,
                &format!("{}: {line} in {}", shape.name, shape.planted(mistakes)),
            );
        }
        self.missed.extend(lost.into_iter().map(|lost| Miss {
            shape: shape.name,
            beside: planted.iter().filter(|other| **other != lost).cloned().collect(),
            lost,
            reported: reported.clone(),
        }));
    }

    fn judge(&mut self, line: &str, lost: &[String], what: &str) {
        let is_around = |lost: &&String| is_within(place(lost), place(line));
        let is_inside = |lost: &&String| is_within(place(line), place(lost));
        match lost.iter().find(|lost| is_around(lost) || is_inside(lost)) {
            Some(lost) if is_around(&lost) && line.ends_with(" invalid") => {}
            Some(lost) => self.wrong.push(format!("{what}, not {lost}")),
            None => self.invented.push(what.to_owned()),
        }
    }

    /// Returns the misses that are not known, and the known ones that no longer occur as often.
    pub(super) fn news(&self, known: &[KnownMiss]) -> Vec<String> {
        let is_known = |miss: &&Miss| known.iter().any(|known| known.covers(miss));
        let unknown = self.missed.iter().filter(|miss| !is_known(miss));
        let mut news: Vec<_> = unknown.map(|miss| format!("missed: {miss}")).collect();
        news.extend(known.iter().filter_map(|known| {
            let times = self.missed.iter().filter(|miss| known.covers(miss)).count();
            (times != known.times).then(|| format!("{known}: {times}"))
        }));
        news
    }
}

/// Distributes the mistakes greedily over few bodies.
fn together<'m>(mistakes: &[&'m Mistake]) -> Vec<Vec<&'m Mistake>> {
    let mut bodies: Vec<Vec<&Mistake>> = Vec::new();
    for mistake in mistakes {
        let has_room = |body: &&mut Vec<&Mistake>| body.iter().all(|it| !it.excludes(mistake));
        match bodies.iter_mut().find(has_room) {
            Some(body) => body.push(mistake),
            None => bodies.push(vec![mistake]),
        }
    }
    bodies
}

/// Returns the lines without the others; a repeated line is removed only as often as it occurs
/// there.
fn without(lines: &[String], others: &[String]) -> Vec<String> {
    let mut others = others.to_vec();
    let mut left = lines.to_vec();
    left.retain(|line| match others.iter().position(|other| other == line) {
        Some(at) => {
            others.remove(at);
            false
        }
        None => true,
    });
    left
}

fn place(line: &str) -> &str {
    line.split(' ').next().unwrap()
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl KnownMiss {
    fn covers(&self, miss: &Miss) -> bool {
        let is_it = match self.lost.strip_suffix("/*") {
            Some(outer) => is_within(place(&miss.lost), outer),
            None => miss.lost == self.lost,
        };
        let is_beside = match self.beside {
            Beside::Anything => true,
            Beside::Reported(other) => miss.beside.iter().any(|beside| beside == other),
        };
        miss.shape == self.shape && is_it && is_beside
    }
}

impl Display for KnownMiss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} was missed {} times", self.shape, self.lost, self.times)
    }
}

impl Display for Miss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} beside {:?}, reported {:?}",
            self.shape, self.lost, self.beside, self.reported
        )
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (shape, (planted, found)) in &self.rows {
            writeln!(f, "{planted:>6} {found:>6}  {shape}")?;
        }
        write!(
            f,
            "{} shapes, {} planted, {} found, {} missed, {} wrong, {} invented",
            self.rows.len(),
            self.planted,
            self.found,
            self.missed.len(),
            self.wrong.len(),
            self.invented.len(),
        )
    }
}
