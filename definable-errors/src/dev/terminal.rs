//! The terminal: a short traceback of each 5xx on standard error.

use std::env;
use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};

use super::causes::Cause;
use super::details::Details;
use super::runs::{Run, Summary, place, runs};

/// The number of lines on each side of the line of a frame.
const AROUND: usize = 2;

/// Whether errors are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Terminal {
    #[default]
    Printed,
    Silent,
}

/// Whether the text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colour {
    Always,
    Never,
}

impl Colour {
    /// Returns `Never` if standard error is no terminal, or if `NO_COLOR` is set
    /// (<https://no-color.org>).
    fn of_stderr() -> Self {
        let is_forbidden = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if io::stderr().is_terminal() && !is_forbidden { Self::Always } else { Self::Never }
    }

    /// Returns a text with the codes of SGR around it (ECMA-48 §8.3.117).
    fn paint<T: Display>(self, codes: &'static str, text: T) -> Painted<T> {
        Painted { codes: if self == Self::Always { codes } else { "" }, text }
    }
}

const ERROR: &str = "1;31";
const OWN: &str = "1";
const QUIET: &str = "2";

struct Painted<T> {
    codes: &'static str,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.codes {
            "" => self.text.fmt(f),
            codes => write!(f, "\x1b[{codes}m{}\x1b[0m", self.text),
        }
    }
}

/// Prints an error to standard error, in one piece. A closed terminal changes nothing.
pub(super) fn print(details: &Details) {
    let text = written(details, Colour::of_stderr());
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes the error, its causes, and the frames of the developer's code with the lines around them.
/// What is below the outermost of these frames is left out: it is the same for all requests.
fn written(details: &Details, colour: Colour) -> String {
    let request = &details.request;
    let mut lines = vec![
        String::new(),
        format!(
            "{} {} {}",
            colour.paint(ERROR, format_args!("{} {}", details.status, details.code)),
            colour.paint(OWN, format_args!("{} {}", request.method, request.target)),
            colour.paint(QUIET, &details.request_id)
        ),
        format!("{}: {}", colour.paint(ERROR, details.error_type()), indented(&details.message)),
    ];
    let causes = details.causes.iter().map(Cause::sentence);
    lines.extend(causes.map(|cause| format!("  because {}", indented(&cause))));
    lines.extend(details.notes.iter().map(|note| format!("  note: {}", indented(note))));
    lines.extend(details.hints.iter().map(|hint| format!("  hint: {}", indented(hint))));
    if details.frames.is_empty() {
        let place = details.location.iter();
        lines.extend(place.map(|it| format!("  at {}:{}:{}", it.file, it.line, it.column)));
    }
    let runs = runs(&details.frames);
    let is_wanted = |run: &Run<'_>| matches!(run, Run::Own(_) | Run::Remark(_));
    let end = runs.iter().rposition(is_wanted).map_or(0, |last| last + 1);
    for run in &runs[..end] {
        frame(*run, colour, &mut lines);
    }
    lines.push(String::new());
    lines.push(String::new());
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

fn frame(run: Run<'_>, colour: Colour, lines: &mut Vec<String>) {
    let frame = match run {
        Run::Remark(text) => return lines.push(format!("  {}", colour.paint(QUIET, text))),
        Run::Others(frames) => {
            let summary = format!("  … and {}", Summary(frames));
            return lines.push(colour.paint(QUIET, summary).to_string());
        }
        Run::Own(frame) => frame,
    };
    let place = place(frame).unwrap_or_default();
    lines.push(format!("  {} {}", colour.paint(OWN, &frame.name), colour.paint(QUIET, place)));
    for line in frame.snippet.iter().flat_map(|snippet| snippet.lines(AROUND)) {
        let mark = if line.is_marked { '>' } else { ' ' };
        let text = format!("  {mark} {:>5} │ {}", line.number, line.text);
        let codes = if line.is_marked { ERROR } else { QUIET };
        lines.push(colour.paint(codes, text.trim_end()).to_string());
    }
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n    ")
}

#[cfg(test)]
mod tests {
    use super::super::request::ShownRequest;
    use super::super::snippet::Snippet;
    use super::super::traceback::Frame;
    use super::*;

    fn frame_of(name: &str, own: bool) -> Frame {
        Frame {
            filename: Some("src/orders.rs".to_owned()),
            lineno: Some(4),
            column: Some(1),
            name: name.to_owned(),
            origin: name.split(':').next().unwrap().to_owned(),
            path: None,
            snippet: own.then(|| Snippet::read("1\n2\n3\nfour\n5\n6\n7", 4, None, 5).unwrap()),
            own,
        }
    }

    fn details() -> Details {
        let frames = ["shop::store", "tokio::a", "axum::b", "shop::pay", "hyper::c", "tokio::d"];
        let frames = frames.map(|name| frame_of(name, name.starts_with("shop"))).to_vec();
        let request = ShownRequest {
            method: "GET".to_owned(),
            target: "/pay".to_owned(),
            ..ShownRequest::default()
        };
        Details {
            status: 500,
            code: "internal_error".to_owned(),
            error_type: Some("shop::OrderError".to_owned()),
            message: "storage failed".to_owned(),
            causes: vec![Cause {
                type_name: Some("sqlx::Error"),
                text: "no such table\nof orders".to_owned(),
            }],
            hints: vec!["Run `sqlx migrate run`.".to_owned()],
            frames,
            request,
            request_id: "one".to_owned(),
            ..Details::default()
        }
    }

    #[test]
    fn traceback_ends_at_the_outermost_own_frame() {
        let expected = "
500 internal_error GET /pay one
shop::OrderError: storage failed
  because sqlx::Error: no such table
    of orders
  hint: Run `sqlx migrate run`.
  shop::store src/orders.rs:4
        2 │ 2
        3 │ 3
  >     4 │ four
        5 │ 5
        6 │ 6
  … and 2 frames of tokio, axum
  shop::pay src/orders.rs:4
        2 │ 2
        3 │ 3
  >     4 │ four
        5 │ 5
        6 │ 6

";
        assert_eq!(written(&details(), Colour::Never), expected);
    }

    #[test]
    fn only_a_coloured_text_has_escape_sequences() {
        assert!(!written(&details(), Colour::Never).contains('\x1b'));
        let coloured = written(&details(), Colour::Always);
        assert!(coloured.contains("\x1b[1;31m500 internal_error\x1b[0m"), "{coloured:?}");
    }
}
