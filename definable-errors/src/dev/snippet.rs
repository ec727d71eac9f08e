//! The lines of source code around the place of a frame.

use super::redact;

/// The lines before and after the marked one.
const AROUND: usize = 5;
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
    /// Reads the lines around `line`, which counts from 1, as does `column`.
    pub(super) fn read(text: &str, line: u32, column: Option<u32>) -> Option<Self> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = index.saturating_sub(AROUND);
        let raw: Vec<_> = text.lines().skip(start).take(index - start + 1 + AROUND).collect();
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
        (self.first..)
            .zip(&self.lines)
            .enumerate()
            .filter(move |(at, _)| at.abs_diff(marked) <= around)
            .map(move |(at, (number, text))| Line {
                number,
                text: text.as_deref().unwrap_or("…"),
                is_marked: at == marked,
            })
    }
}

fn shown(line: &str) -> Option<String> {
    (line.len() <= MAX_LINE).then(|| redact::code(line.trim_end()))
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
        let snippet = Snippet::read(TEXT, 3, Some(11)).unwrap();
        assert_eq!(snippet.marked(), Some("\tlet ü = pay()?;"));
        assert_eq!(snippet.indentation().as_deref(), Some("\t        "));
        let numbers = |around| snippet.lines(around).map(|line| line.number).collect::<Vec<_>>();
        assert_eq!((numbers(1), numbers(9)), (vec![2, 3, 4], vec![1, 2, 3, 4, 5]));
        assert!(snippet.lines(0).all(|line| line.is_marked));
    }

    #[test]
    fn secrets_are_masked_and_move_no_caret() {
        let snippet = Snippet::read(TEXT, 5, Some(5)).unwrap();
        assert!(!snippet.marked().unwrap().contains("hunter2"), "{snippet:?}");
        assert_eq!(snippet.indentation(), None);
    }

    #[test]
    fn impossible_places_have_no_snippet() {
        for line in [0, 6, u32::MAX] {
            assert_eq!(Snippet::read(TEXT, line, None), None, "{line}");
        }
        let long = "x".repeat(MAX_LINE + 1);
        assert_eq!(Snippet::read(&long, 1, Some(2)).unwrap().marked(), None);
        assert_eq!(Snippet::read("ü", 1, Some(2)).unwrap().indentation(), None);
    }
}
