//! Tracebacks: the conversion of addresses to the frames that a developer wants to see.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::roots::{Roots, is_machinery};
use super::snippet::{AROUND, AROUND_AT_MOST, Snippet};
use super::stack::{Stack, Symbol, Symbols};
use super::{name, package, redact};

/// How an error was created; a panic has more machinery above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Birth {
    Returned,
    Panicked,
}

const MAX_FRAMES: usize = 64;
/// The number of own frames with more lines around theirs.
const MAX_WIDE: usize = 2;

/// Returns the frames of a stack, innermost first. Without any of the developer's code, the first
/// one is a remark that explains this and how to get one.
pub(super) fn frames(
    stack: &Stack,
    birth: Birth,
    symbols: &mut Symbols,
    roots: &Roots,
) -> Vec<Frame> {
    let found: Vec<_> = stack.addresses.iter().map(|address| symbols.at(*address)).collect();
    let all: Vec<&Symbol> = found.iter().flat_map(|symbols| symbols.iter()).collect();
    listed(&classified(&all, roots), birth, roots)
}

fn listed(all: &[Classified<'_>], birth: Birth, roots: &Roots) -> Vec<Frame> {
    let mut sources = Sources { roots, files: HashMap::new(), snippets: 0 };
    let kept = without_birth(all, birth).iter().take_while(|(symbol, _)| !is_start(symbol));
    let shown: Vec<_> = kept.filter(|(symbol, origin)| is_shown(symbol, *origin)).collect();
    let has_own = shown.iter().any(|(_, origin)| *origin == Origin::Own);
    let remark = (!has_own).then(|| Frame::remark(remark(all, birth)));
    let frames = shown.into_iter().map(|(symbol, origin)| sources.frame(symbol, *origin));
    remark.into_iter().chain(frames).take(MAX_FRAMES).collect()
}

/// The origin of the code of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Own,
    /// Code that `#[derive(ApiError)]` wrote: in debug information it is at the line of the derive.
    Derived,
    /// The standard library, the start of a program, this library.
    Machinery,
    Dependency,
}

type Classified<'a> = (&'a Symbol, Origin);

fn classified<'a>(all: &[&'a Symbol], roots: &Roots) -> Vec<Classified<'a>> {
    let mut converted = Vec::new();
    let mut origin = |symbol: &'a Symbol| {
        let file = symbol.file.as_deref();
        if let Some(this) = name::converted(&symbol.name) {
            converted.push(this);
            Origin::Derived
        } else if name::responding(&symbol.name).is_some_and(|this| converted.contains(&this)) {
            Origin::Derived
        } else if name::is_machinery(&symbol.name) || file.is_some_and(is_machinery) {
            Origin::Machinery
        } else if file.is_some_and(|file| roots.is_own(file)) {
            Origin::Own
        } else if name::is_bare(&symbol.name) {
            Origin::Machinery
        } else {
            Origin::Dependency
        }
    };
    all.iter().map(|symbol| (*symbol, origin(symbol))).collect()
}

fn is_shown(symbol: &Symbol, origin: Origin) -> bool {
    match origin {
        Origin::Own => true,
        Origin::Dependency => !name::is_passing_on(&symbol.name),
        Origin::Derived | Origin::Machinery => false,
    }
}

/// Removes the frames between the code that failed and the capture.
fn without_birth<'a, 'b>(all: &'a [Classified<'b>], birth: Birth) -> &'a [Classified<'b>] {
    let is_hook = |(symbol, _): &Classified<'_>| symbol.name.ends_with("rust_panic_with_hook");
    let hook = match birth {
        // A hook of the service's own may be in between.
        Birth::Panicked => all.iter().position(is_hook).map_or(0, |hook| hook + 1),
        Birth::Returned => 0,
    };
    let rest = &all[hook..];
    let is_birth = |origin| matches!(origin, Origin::Derived | Origin::Machinery);
    let first = rest.iter().position(|(_, origin)| !is_birth(*origin));
    &rest[first.unwrap_or(rest.len())..]
}

/// Returns the reason why there is no frame of the developer's code, and how to get one.
fn remark(all: &[Classified<'_>], birth: Birth) -> &'static str {
    if all.iter().all(|(symbol, _)| symbol.file.is_none()) {
        return "<no frame of your code: the program has no debug information; build it with \
                `debug = \"line-tables-only\"` in its profile>";
    }
    match birth {
        Birth::Panicked => {
            "<no frame of your code: none of it was on the stack when the panic was raised>"
        }
        Birth::Returned => {
            "<no frame of your code: the error was made after your function had returned; return \
             `ApiError` or `Declared<E>`, or add `#[api(location)]` to the variant>"
        }
    }
}

/// Whether the frames below it start threads and programs.
fn is_start(symbol: &Symbol) -> bool {
    symbol.name.contains("__rust_begin_short_backtrace")
}

/// Source files, each read once for a traceback.
struct Sources<'a> {
    roots: &'a Roots,
    files: HashMap<&'a Path, Option<String>>,
    /// The number of snippets so far.
    snippets: usize,
}

impl<'a> Sources<'a> {
    fn frame(&mut self, symbol: &'a Symbol, origin: Origin) -> Frame {
        let file = symbol.file.as_deref();
        let own = origin == Origin::Own;
        Frame {
            filename: file.map(|file| shown(file, self.roots)),
            lineno: symbol.line,
            column: symbol.column,
            name: redact::text(name::plain(&symbol.name)),
            origin: crate_of(symbol),
            path: file.filter(|_| own).and_then(|file| self.roots.real(file)),
            snippet: file
                .zip(symbol.line)
                .filter(|_| own)
                .and_then(|(file, line)| self.snippet(file, line, symbol.column)),
            own,
        }
    }

    fn snippet(&mut self, file: &'a Path, line: u32, column: Option<u32>) -> Option<Snippet> {
        let around = if self.snippets < MAX_WIDE { AROUND_AT_MOST } else { AROUND };
        let snippet = Snippet::read(self.text(file)?, line, column, around)?;
        self.snippets += 1;
        Some(snippet)
    }

    fn text(&mut self, file: &'a Path) -> Option<&str> {
        self.files.entry(file).or_insert_with(|| self.roots.read(file)).as_deref()
    }
}

/// Returns the crate of a function. Debug information without types names only the function, and then the
/// path of its file contains the crate.
fn crate_of(symbol: &Symbol) -> String {
    let file = symbol.file.as_deref().filter(|_| name::is_bare(&symbol.name));
    match file.and_then(|file| package::name(file.to_str()?)) {
        Some(name) => name.replace('-', "_"),
        None => name::crate_of(&symbol.name).to_owned(),
    }
}

/// Returns the name of a file: for an own one relative to its root, else as in debug information.
pub(super) fn shown(file: &Path, roots: &Roots) -> String {
    let relative = roots.relative(file);
    relative.as_deref().unwrap_or(file).to_string_lossy().into_owned()
}

/// What is known about the place of an error, and about the stack that led to it.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The file of its location, relative to the root that contains it.
    pub(super) file: Option<String>,
    pub(super) frames: Option<Vec<Frame>>,
}

/// One frame of a traceback, as clients see it. Its texts are redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) filename: Option<String>,
    pub(super) lineno: Option<u32>,
    pub(super) column: Option<u32>,
    pub(super) name: String,
    /// The crate that the code belongs to.
    pub(super) origin: String,
    /// Where the file of an own frame is on this machine.
    pub(super) path: Option<PathBuf>,
    /// The source line and the lines around it, if they may be read.
    pub(super) snippet: Option<Snippet>,
    /// Whether it is the developer's own code, not that of a dependency.
    pub(super) own: bool,
}

impl Frame {
    /// Creates a frame without a function: a text in angle brackets, in place of a missing frame.
    fn remark(text: &str) -> Self {
        Self {
            filename: None,
            lineno: None,
            column: None,
            name: text.to_owned(),
            origin: String::new(),
            path: None,
            snippet: None,
            own: false,
        }
    }

    /// Returns the same with only the nearest lines of its source.
    pub(super) fn narrowed(&self) -> Self {
        Self { snippet: self.snippet.as_ref().map(Snippet::narrowed), ..self.clone() }
    }

    /// Returns the same without its source and with a short name.
    pub(super) fn shortened(&self) -> Self {
        let name = self.name.chars().take(200).collect();
        Self { name, snippet: None, ..self.clone() }
    }

    /// Whether it is a text in place of a missing frame.
    pub(super) fn is_remark(&self) -> bool {
        self.origin.is_empty() && self.name.starts_with('<') && self.filename.is_none()
    }

    /// Returns the text of its source line, if it may be read.
    pub(super) fn line(&self) -> Option<&str> {
        self.snippet.as_ref().and_then(Snippet::marked)
    }
}

impl From<&Frame> for Value {
    fn from(frame: &Frame) -> Self {
        json!({
            "filename": frame.filename,
            "lineno": frame.lineno,
            "name": frame.name,
            "line": frame.line(),
            "own": frame.own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(name: &str) -> Symbol {
        Symbol { name: name.to_owned(), file: None, line: None, column: None }
    }

    fn roots() -> Roots {
        Roots::new(Vec::new(), None)
    }

    fn rest(names: &[&str], birth: Birth) -> Vec<String> {
        let symbols: Vec<_> = names.iter().map(|name| symbol(name)).collect();
        let all = classified(&symbols.iter().collect::<Vec<_>>(), &roots());
        without_birth(&all, birth).iter().map(|(symbol, _)| symbol.name.clone()).collect()
    }

    #[test]
    fn frames_begin_where_the_error_was_made() {
        let returned = [
            "backtrace::backtrace::trace",
            "definable_errors::dev::stack::capture",
            "<shop::E as definable_errors::error::convert::IntoApiError>::into_api_error",
            "<T as core::convert::Into<U>>::into",
            "shop::pay::{{closure}}",
            "core::future::poll",
        ];
        assert_eq!(rest(&returned, Birth::Returned), returned[4..]);
        let panicked = [
            "definable_errors::layer::panic::note",
            "shop::main::{{closure}}",
            "std::panicking::rust_panic_with_hook",
            "rust_begin_unwind",
            "core::panicking::panic_fmt",
            "core::option::unwrap_failed",
            "shop::pay",
        ];
        assert_eq!(rest(&panicked, Birth::Panicked), panicked[6..]);
        assert_eq!(rest(&panicked[..1], Birth::Panicked), Vec::<String>::new());
    }

    /// Creates a symbol in the developer's own file.
    fn own(name: &str) -> Symbol {
        Symbol { file: Some("/srv/shop/src/orders.rs".into()), line: Some(7), ..symbol(name) }
    }

    fn origins(symbols: &[Symbol]) -> Vec<Origin> {
        let all = classified(&symbols.iter().collect::<Vec<_>>(), &roots());
        all.iter().map(|(_, origin)| *origin).collect()
    }

    #[test]
    fn what_the_derive_writes_is_never_own() {
        use Origin::{Derived, Own};

        let derived = [
            own("<shop::E as definable_errors::error::convert::IntoApiError>::into_api_error"),
            own("<shop::E as axum_core::response::into_response::IntoResponse>::into_response"),
            own("<shop::Page as axum_core::response::into_response::IntoResponse>::into_response"),
            own("<shop::Owner as definable_errors::guard::Guard>::check::{{closure}}"),
            own("shop::pay::{{closure}}"),
        ];
        assert_eq!(origins(&derived), [Derived, Derived, Own, Own, Own]);
        assert_eq!(origins(&derived[1..2]), [Own], "a response that somebody wrote by hand");
    }

    #[test]
    fn inlined_functions_without_full_debug_information_are_known_by_their_file() {
        use Origin::{Derived, Machinery, Own};

        let inlined = [own("into_api_error"), own("into_response"), own("pay"), symbol("main")];
        assert_eq!(origins(&inlined), [Derived, Derived, Own, Machinery]);
    }

    #[test]
    fn default_methods_of_this_library_are_machinery() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/guard/guard.rs");
        let inherited = Symbol { file: Some(file.into()), ..own("<shop::A as shop::B>::c") };
        assert_eq!(origins(&[inherited]), [Origin::Machinery]);
    }

    fn list(symbols: &[Symbol], birth: Birth) -> Vec<Frame> {
        let all = classified(&symbols.iter().collect::<Vec<_>>(), &roots());
        listed(&all, birth, &roots())
    }

    #[test]
    fn a_traceback_without_own_frames_says_how_to_get_one() {
        let file =
            "/home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/axum-0.8.9/src/lib.rs";
        let other = |name: &str| Symbol { file: Some(file.into()), ..symbol(name) };
        let derived = [
            own("<shop::E as definable_errors::error::convert::IntoApiError>::into_api_error"),
            own("<shop::E as axum_core::response::into_response::IntoResponse>::into_response"),
            other("axum::serve::serve"),
        ];
        let frames = list(&derived, Birth::Returned);
        assert!(frames.iter().all(|frame| !frame.own), "{frames:?}");
        assert_eq!((frames.len(), &*frames[1].name), (2, "axum::serve::serve"));
        assert_eq!(frames[1].filename.as_deref(), Some(file), "whole, where it is not own");
        for way in ["`ApiError`", "`Declared<E>`", "`#[api(location)]`"] {
            assert!(frames[0].name.contains(way), "{frames:?}");
        }
        let panicked = list(&derived[2..], Birth::Panicked);
        assert!(panicked[0].name.starts_with("<no frame of your code"), "{panicked:?}");
        assert!(!panicked[0].name.contains("Declared"), "{panicked:?}");
        let bare = list(&[symbol("shop::pay")], Birth::Returned);
        assert!(bare[0].name.contains("line-tables-only"), "{bare:?}");
        let returned = list(&[other("axum::serve::serve"), own("shop::pay")], Birth::Returned);
        assert_eq!(returned[1].name, "shop::pay");
        assert_eq!(returned.len(), 2);
    }

    #[test]
    fn real_addresses_become_real_frames() {
        let stack = super::super::stack::capture();
        let stack = stack.as_any().downcast_ref::<Stack>().unwrap();
        let mut symbols = Symbols::default();
        let here = "real_addresses_become_real_frames";
        let all = || stack.addresses.iter();
        let found = all().any(|at| symbols.at(*at).iter().any(|symbol| symbol.name.contains(here)));
        assert!(found);
    }
}
