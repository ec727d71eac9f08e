//! The lines of source code around the place of a frame.

use std::cell::RefCell;
use std::collections::HashMap;

use super::redact;

/// The lines before and after the marked one that are shown at first.
pub(super) const AROUND: usize = 5;
/// The lines before and after the marked one that can be unfolded in the frames that matter most.
pub(super) const AROUND_AT_MOST: usize = 25;
/// The maximum length of a line; a longer one is generated code and is not shown.
const MAX_LINE: usize = 400;

/// A line of source code with the lines around it. All of them are redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snippet {
    /// The number of the first line.
    first: u32,
    /// `None` for a line that is too long.
    lines: Vec<Option<String>>,
    /// The index of the marked line.
    marked: usize,
    /// The number of characters before the marked place, if the line is unchanged.
    caret: Option<usize>,
}

/// One line of a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) number: u32,
    pub(super) text: &'a str,
    pub(super) is_marked: bool,
}

impl Snippet {
    /// Reads the lines around `line`, which counts from 1, as does `column`: at most `around` on each
    /// side.
    pub(super) fn read(text: &str, line: u32, column: Option<u32>, around: usize) -> Option<Self> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = index.saturating_sub(around);
        let raw: Vec<_> = text.lines().skip(start).take(index - start + 1 + around).collect();
        let marked = index - start;
        let own = raw.get(marked)?;
        let lines: Vec<_> = raw.iter().map(|line| shown(line)).collect();
        let is_unchanged = lines[marked].as_deref() == Some(own.trim_end());
        let caret = column.filter(|_| is_unchanged).and_then(|column| caret(own, column));
        Some(Self { first: u32::try_from(start + 1).ok()?, lines, marked, caret })
    }

    /// Returns the marked line.
    pub(super) fn marked(&self) -> Option<&str> {
        self.lines[self.marked].as_deref()
    }

    /// Returns the white space that puts a mark below the place in the marked line.
    pub(super) fn indentation(&self) -> Option<String> {
        let before = self.marked()?.chars().take(self.caret?);
        Some(before.map(|letter| if letter == '\t' { '\t' } else { ' ' }).collect())
    }

    /// Iterates over the marked line and at most `around` lines on each side.
    pub(super) fn lines(&self, around: usize) -> impl Iterator<Item = Line<'_>> {
        let marked = self.marked;
        self.all().filter(move |(at, _)| at.abs_diff(marked) <= around).map(|(_, line)| line)
    }

    /// Returns the lines before and those after what [`lines`](Self::lines) returns.
    pub(super) fn beyond(&self, around: usize) -> [Vec<Line<'_>>; 2] {
        let (before, after): (Vec<_>, Vec<_>) = self
            .all()
            .filter(|(at, _)| at.abs_diff(self.marked) > around)
            .partition(|(at, _)| *at < self.marked);
        [before, after].map(|lines| lines.into_iter().map(|(_, line)| line).collect())
    }

    fn all(&self) -> impl Iterator<Item = (usize, Line<'_>)> {
        let marked = self.marked;
        (self.first..).zip(&self.lines).enumerate().map(move |(at, (number, text))| {
            let text = text.as_deref().unwrap_or("…");
            (at, Line { number, text, is_marked: at == marked })
        })
    }

    /// Returns the same with at most [`AROUND`] lines on each side.
    pub(super) fn narrowed(&self) -> Self {
        let start = self.marked.saturating_sub(AROUND);
        let end = (self.marked + AROUND + 1).min(self.lines.len());
        let first = self.first + u32::try_from(start).unwrap_or(0);
        let lines = self.lines[start..end].to_vec();
        Self { first, lines, marked: self.marked - start, caret: self.caret }
    }
}

/// Far more lines than a service has frames for; beyond it the cache is cleared.
const MAX_KNOWN: usize = 4096;

/// Redacts a line. The same lines are shown with every error of a place, and to redact one takes much
/// longer than to read it, so the thread that reads sources keeps them.
fn shown(line: &str) -> Option<String> {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, String>> = RefCell::default();
    }
    let line = line.trim_end();
    if line.len() > MAX_LINE {
        return None;
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(shown) = known.get(line) {
            return Some(shown.clone());
        }
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        let shown = redact::code(line);
        known.insert(line.to_owned(), shown.clone());
        Some(shown)
    })
}

/// Converts a column, in bytes from 1, to a number of characters.
fn caret(line: &str, column: u32) -> Option<usize> {
    let before = line.get(..usize::try_from(column).ok()?.checked_sub(1)?)?;
    Some(before.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "one\ntwo\n\tlet ü = pay()?;\nfour\nlet key = \"password=hunter2\";\n";

    #[test]
    fn marked_line_has_its_neighbours_and_a_caret() {
        let snippet = Snippet::read(TEXT, 3, Some(11), AROUND).unwrap();
        assert_eq!(snippet.marked(), Some("\tlet ü = pay()?;"));
        assert_eq!(snippet.indentation().as_deref(), Some("\t        "));
        let numbers = |around| snippet.lines(around).map(|line| line.number).collect::<Vec<_>>();
        assert_eq!((numbers(1), numbers(9)), (vec![2, 3, 4], vec![1, 2, 3, 4, 5]));
        assert!(snippet.lines(0).all(|line| line.is_marked));
    }

    #[test]
    fn more_lines_are_beyond_the_nearest_ones() {
        let text = (1..=100).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
        let snippet = Snippet::read(&text, 40, Some(3), AROUND_AT_MOST).unwrap();
        let numbers =
            |lines: &[Line<'_>]| (lines[0].number, lines[lines.len() - 1].number, lines.len());
        let [before, after] = snippet.beyond(AROUND);
        assert_eq!((numbers(&before), numbers(&after)), ((15, 34, 20), (46, 65, 20)));
        assert_eq!(snippet.lines(AROUND).count(), 11);
        let narrow = Snippet::read(&text, 40, Some(3), AROUND).unwrap();
        assert_eq!(snippet.narrowed(), narrow);
        assert_eq!(narrow.beyond(AROUND), [Vec::new(), Vec::new()]);
        assert_eq!(narrow.narrowed(), narrow);
    }

    #[test]
    fn secrets_are_masked_and_move_no_caret() {
        let snippet = Snippet::read(TEXT, 5, Some(5), AROUND).unwrap();
        assert!(!snippet.marked().unwrap().contains("hunter2"), "{snippet:?}");
        assert_eq!(snippet.indentation(), None);
    }

    #[test]
    fn impossible_places_have_no_snippet() {
        for line in [0, 6, u32::MAX] {
            assert_eq!(Snippet::read(TEXT, line, None, AROUND), None, "{line}");
        }
        let long = "x".repeat(MAX_LINE + 1);
        assert_eq!(Snippet::read(&long, 1, Some(2), AROUND).unwrap().marked(), None);
        assert_eq!(Snippet::read("ü", 1, Some(2), AROUND).unwrap().indentation(), None);
    }
}
